import { AdjointError } from '../errors.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { formatShape, sameShape } from '../tensor/shape.js';
import type { TensorType } from '../graph/tensor.js';
import { didYouMean } from '../registry/did-you-mean.js';
import { validateOptions, valueText } from '../registry/options/index.js';
import { loadOptions } from './option-schemas.js';
import { checkFilter, passesFilter, type Parameter, type ParameterFilter, type State } from './parameter.js';

export interface LoadOptions {
  /** Only those of the model that fit; others keep their values, and weights without a place are left out. */
  readonly on?: ParameterFilter;
  /** Full name of a layer that takes the weights, named as in a model of its own: a backbone of the type `model`. */
  readonly into?: string;
}

/**
 * The given value of a parameter or state that is about to be made.
 * @throws AdjointError `SHAPE_MISMATCH` where there is none, or one of another type
 */
export function weightOf(weights: ReadonlyMap<string, HostTensor>, name: string, type: TensorType): HostTensor {
  const given = weights.get(name);
  const problem = problemOf(name, given, type);
  if (!given || problem !== undefined) throw misfit([problem ?? name], 'built');
  return given;
}

/** Refuses weights that nothing of a model takes. */
export function checkNames(owned: readonly (Parameter | State)[], weights: ReadonlyMap<string, HostTensor>): void {
  const unknown = unknownNames(new Set(owned.map(({ name }) => name)), weights);
  if (unknown.length > 0) throw misfit(unknown, 'built');
}

/** Checks all, then sets all. */
export function loadWeights(
  owned: readonly (Parameter | State)[],
  weights: ReadonlyMap<string, HostTensor>,
  options: LoadOptions = {},
): void {
  validateOptions(loadOptions, options, 'load');
  if (!(weights instanceof Map))
    throw new AdjointError(
      'DATA_INVALID',
      `load: the weights are ${valueText(weights)}; give a map by name, as model.weights() does.`,
    );
  const { on, into } = options;
  const prefix = into === undefined ? '' : `${into}/`;
  const places = owned.filter((one) => one.name.startsWith(prefix) && passesFilter(one, on ?? {}));
  if (into !== undefined && !owned.some(({ name }) => name.startsWith(prefix))) {
    const layers = [...new Set(owned.map(({ name }) => name.slice(0, name.lastIndexOf('/'))))];
    throw new AdjointError(
      'OPTIONS_INVALID',
      `load: no layer '${into}' has parameters${didYouMean(into, layers) || '.'} Known: ${layers.join(', ')}.`,
    );
  }
  if (on) checkFilter(on, owned, 'load');
  const problems = places.flatMap(
    ({ name, variable: { type } }) => problemOf(name, weights.get(name.slice(prefix.length)), type) ?? [],
  );
  const known = new Set(places.map(({ name }) => name.slice(prefix.length)));
  if (on === undefined) problems.push(...unknownNames(known, weights));
  else if (places.length === 0) problems.push('nothing fits the filter');
  if (problems.length > 0) throw misfit(problems, 'changed');
  for (const { name, variable } of places) {
    const given = weights.get(name.slice(prefix.length));
    if (given) variable.restore(given);
  }
}

function problemOf(name: string, given: HostTensor | undefined, { shape, dtype }: TensorType): string | undefined {
  if (!given) return `${name} is missing`;
  return sameShape(given.shape, shape) && given.dtype === dtype
    ? undefined
    : `${name} is ${given.dtype} ${formatShape(given.shape)} instead of ${dtype} ${formatShape(shape)}`;
}

function unknownNames(known: ReadonlySet<string>, weights: ReadonlyMap<string, HostTensor>): string[] {
  return [...weights.keys()].flatMap((name) => (known.has(name) ? [] : [`${name} is unknown`]));
}

/** Names the first problems: a file may be made to have any number. */
function misfit(problems: readonly string[], done: 'built' | 'changed'): AdjointError {
  const shown = problems.slice(0, 20).map((problem) => (problem.length > 200 ? `${problem.slice(0, 200)}…` : problem));
  const more = problems.length > shown.length ? `; and ${problems.length - shown.length} more` : '';
  return new AdjointError(
    'SHAPE_MISMATCH',
    `model: these weights belong to another model: ${shown.join('; ')}${more}. Nothing was ${done}.`,
  );
}
