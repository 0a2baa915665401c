import { AdjointError, RandomSource } from '@adjoint/core';
import { boundedLbfgs } from './bounded-lbfgs.js';
import type { Surface } from './surface.js';
import { dot, normalVector } from './vectors.js';

export interface SharpnessOptions {
  /** Size of the box; 1e-3 if not given. The paper has 5e-4, too. */
  readonly epsilon?: number;
  /** Steps of the maximiser, on which the value depends; 10 if not given, as in the paper. */
  readonly iterations?: number;
  /** Random directions in which to look, 100 in the paper; all if not given. They are held in memory. */
  readonly directions?: number;
  /** Of the start in the box, and of the directions. */
  readonly seed: number;
  /** Where; at the surface's origin if not given. */
  readonly point?: Float64Array;
}

export interface Sharpness {
  /** In per cent. */
  readonly sharpness: number;
  readonly loss: number;
  /** The largest loss that was found in the box. */
  readonly largest: number;
  /** Runs over the data. */
  readonly evaluations: number;
}

/**
 * Sharpness of a minimum (Keskar et al. 2017, equation 3): 100·(max f(x + A·y) − f(x))/(1 + f(x)) over
 * |yᵢ| ≤ ε(|(A⁺x)ᵢ| + 1), with A the identity or random directions. Maximised by ten iterations of projected L-BFGS from a
 * random point in the box, so that it also leaves a minimum, at which the gradient is 0.
 */
export async function sharpness(
  surface: Surface,
  { epsilon = 1e-3, iterations = 10, directions, seed, point = surface.origin }: SharpnessOptions,
): Promise<Sharpness> {
  if (!(epsilon > 0) || !Number.isInteger(iterations) || iterations < 1)
    throw new AdjointError(
      'OPTIONS_INVALID',
      `sharpness: epsilon is ${epsilon}, iterations is ${iterations}; give an epsilon above 0 and a whole number ≥ 1.`,
    );
  const random = new RandomSource(seed).child('sharpness');
  const columns =
    directions === undefined
      ? undefined
      : Array.from({ length: directions }, () => normalVector(random, surface.dimension));
  const coordinates = columns ? leastSquares(columns, point) : point;
  const upper = coordinates.map((value) => epsilon * (Math.abs(value) + 1));
  const move = (y: Float64Array): Float64Array => {
    const moved = point.slice();
    if (columns) columns.forEach((column, j) => column.forEach((a, i) => (moved[i]! += a * y[j]!)));
    else y.forEach((value, i) => (moved[i]! += value));
    return moved;
  };
  const start = upper.map((bound) => (2 * random.uniform() - 1) * bound);
  const { value, evaluations } = await boundedLbfgs(
    async (y) => {
      const { loss, gradient } = await surface.lossAndGradient(move(y));
      const slopes = columns ? Float64Array.from(columns, (column) => dot(column, gradient)) : gradient;
      return { value: -loss, gradient: slopes.map((slope) => -slope) };
    },
    start,
    { lower: upper.map((bound) => -bound), upper, iterations },
  );
  const loss = await surface.loss(point);
  const largest = Math.max(loss, -value);
  return { sharpness: (100 * (largest - loss)) / (1 + loss), loss, largest, evaluations: evaluations + 1 };
}

/** A⁺x of columns that are independent: (AᵀA)⁻¹Aᵀx, by Cholesky's factors. */
function leastSquares(columns: readonly Float64Array[], x: Float64Array): Float64Array {
  const size = columns.length;
  if (size > x.length)
    throw new AdjointError(
      'OPTIONS_INVALID',
      `sharpness: ${size} directions are more than the ${x.length} parameters; use fewer, or leave the option out.`,
    );
  const factor = columns.map(() => new Float64Array(size));
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = dot(columns[i]!, columns[j]!);
      for (let k = 0; k < j; k++) sum -= factor[i]![k]! * factor[j]![k]!;
      factor[i]![j] = i === j ? Math.sqrt(sum) : sum / factor[j]![j]!;
    }
  }
  const solution = Float64Array.from(columns, (column) => dot(column, x));
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) solution[i]! -= factor[i]![k]! * solution[k]!;
    solution[i]! /= factor[i]![i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) solution[i]! -= factor[k]![i]! * solution[k]!;
    solution[i]! /= factor[i]![i]!;
  }
  return solution;
}
