import { takeRows, type DataReference } from '@adjoint/core';

/** Some examples of data that may be a view, by their places in it. */
export function partOf({ indices, weights, targets, ...reference }: DataReference, places: Int32Array): DataReference {
  return {
    ...reference,
    indices: indices ? places.map((place) => indices[place]!) : places,
    ...(weights && { weights: Float32Array.from(places, (place) => weights[place]!) }),
    ...(targets && { targets: takeRows(targets, places) }),
  };
}
