import { AdjointError } from '../errors.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { formatShape, sameShape } from '../tensor/shape.js';
import { passesFilter, type Parameter, type ParameterFilter, type State } from './parameter.js';

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
  { on, into }: LoadOptions = {},
): void {
  const prefix = into === undefined ? '' : `${into}/`;
  const places = owned.filter((one) => one.name.startsWith(prefix) && passesFilter(one, on ?? {}));
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
