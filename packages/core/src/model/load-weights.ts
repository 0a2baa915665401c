import { AdjointError } from '../errors.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { formatShape, sameShape } from '../tensor/shape.js';
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
  const problems = places.flatMap(({ name, variable: { type } }) => {
    const given = weights.get(name.slice(prefix.length));
    if (!given) return [`${name} is missing`];
    return sameShape(given.shape, type.shape) && given.dtype === type.dtype
      ? []
      : [`${name} is ${given.dtype} ${formatShape(given.shape)} instead of ${type.dtype} ${formatShape(type.shape)}`];
  });
  const known = new Set(places.map(({ name }) => name.slice(prefix.length)));
  if (on === undefined)
    problems.push(...[...weights.keys()].flatMap((name) => (known.has(name) ? [] : [`${name} is unknown`])));
  else if (places.length === 0) problems.push('nothing fits the filter');
  if (problems.length > 0) {
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `model: these weights belong to another model: ${problems.join('; ')}. Nothing was changed.`,
    );
  }
  for (const { name, variable } of places) {
    const given = weights.get(name.slice(prefix.length));
    if (given) variable.restore(given);
  }
}
