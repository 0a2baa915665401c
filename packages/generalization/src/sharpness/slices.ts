import { RandomSource, sizeOf } from '@adjoint/core';
import { evenly } from '../evenly.js';
import type { Surface } from './surface.js';
import { norm, normalVector, plus } from './vectors.js';

/**
 * A random direction, filter by filter as long as the parameters (Li et al. 2018, section 4), so that slices of different
 * networks can be compared. A filter is a row along the first axis; parameters with one axis or none, such as biases and
 * scales, rest.
 */
export function filterNormalizedDirection(
  surface: Surface,
  { seed, point = surface.origin }: { readonly seed: number; readonly point?: Float64Array },
): Float64Array {
  const direction = normalVector(new RandomSource(seed).child('direction'), surface.dimension);
  const parameters = surface.parameters ?? [{ name: '', shape: [1, surface.dimension], start: 0 }];
  for (const { shape, start } of parameters) {
    const filters = shape.length > 1 ? shape[0]! : 1;
    const length = sizeOf(shape) / filters;
    for (let from = start; from < start + sizeOf(shape); from += length) {
      const filter = direction.subarray(from, from + length);
      const own = norm(filter);
      const scale = shape.length > 1 && own > 0 ? norm(point.subarray(from, from + length)) / own : 0;
      filter.forEach((value, i) => (filter[i] = value * scale));
    }
  }
  return direction;
}

export interface SliceOptions {
  /** From where to where along the direction, in its lengths; [−1, 1] if not given. */
  readonly range?: readonly [number, number];
  /** Points along each direction; 51 for a line, 21 for a plane, if not given. */
  readonly points?: number;
  readonly point?: Float64Array;
}

/** The loss along a line. */
export async function lossLine(
  surface: Surface,
  direction: Float64Array,
  { range = [-1, 1], points = 51, point = surface.origin }: SliceOptions = {},
): Promise<{ readonly at: readonly number[]; readonly losses: readonly number[] }> {
  const at = evenly('lossLine', range, points);
  const losses: number[] = [];
  for (const x of at) losses.push(await surface.loss(plus(point, direction, x)));
  return { at, losses };
}

/** The loss on a plane: `losses[i][j]` is at `at[i]` along the first direction and `at[j]` along the second. */
export async function lossPlane(
  surface: Surface,
  [first, second]: readonly [Float64Array, Float64Array],
  { range = [-1, 1], points = 21, point = surface.origin }: SliceOptions = {},
): Promise<{ readonly at: readonly number[]; readonly losses: readonly (readonly number[])[] }> {
  const at = evenly('lossPlane', range, points);
  const losses: (readonly number[])[] = [];
  for (const x of at)
    losses.push((await lossLine(surface, second, { range, points, point: plus(point, first, x) })).losses);
  return { at, losses };
}
