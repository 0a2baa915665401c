import { AdjointError, RandomSource } from '@adjoint/core';
import { meanOf, summaryOf } from '../statistics/summary.js';
import type { Surface } from './surface.js';
import { symmetricEigen, type Eigen } from './symmetric-eigen.js';
import { dot, norm, normalVector, plus } from './vectors.js';

export interface EigenOptions {
  /** How many of the largest; 1 if not given. */
  readonly count?: number;
  /** Hessian-vector products at most; 100 if not given, and never more than there are parameters. */
  readonly iterations?: number;
  /** Largest error, as a share of the largest eigenvalue, at which it ends; 1e-4 if not given. */
  readonly tolerance?: number;
  /** Of the first vector. */
  readonly seed: number;
  readonly point?: Float64Array;
}

export interface HessianEigen extends Eigen {
  /** Some eigenvalue lies within this of each value. */
  readonly errors: readonly number[];
  /** The smallest eigenvalue that was found: negative at a saddle. */
  readonly smallest: number;
  readonly products: number;
}

/**
 * The largest eigenvalues of a loss's Hessian, by Lanczos's method (1950) with full orthogonalisation on exact
 * Hessian-vector products; so many vectors as iterations are held in memory.
 */
export async function hessianEigenvalues(surface: Surface, options: EigenOptions): Promise<HessianEigen> {
  const { count = 1, iterations = 100, tolerance = 1e-4, seed, point = surface.origin } = options;
  const most = Math.min(iterations, surface.dimension);
  if (!Number.isInteger(count) || count < 1 || count > most)
    throw new AdjointError(
      'OPTIONS_INVALID',
      `hessianEigenvalues: count is ${count}; it must be a whole number from 1 to ${most}, the number of iterations.`,
    );
  const random = new RandomSource(seed).child('hessianEigenvalues');
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  const beside: number[] = [];
  let next = unit(normalVector(random, surface.dimension));
  for (;;) {
    basis.push(next);
    const product = await surface.hessianVector(point, next);
    diagonal.push(dot(product, next));
    let rest = orthogonal(product, basis);
    const length = norm(rest);
    const size = Math.max(...diagonal.map(Math.abs), ...beside);
    // An invariant subspace: another vector finds what is left, such as eigenvalues that come twice.
    const isClosed = length <= 1e-7 * size;
    if (isClosed) rest = orthogonal(normalVector(random, surface.dimension), basis);
    beside.push(isClosed ? 0 : length);
    const isLast = basis.length >= most;
    // Small problems are solved anew in every step; larger ones in every fifth.
    if (isLast || basis.length <= 10 || basis.length % 5 === 0) {
      const found = ritz(diagonal, beside, count);
      const largest = Math.max(...found.values.map(Math.abs));
      const isExact = !isClosed && basis.length >= count && found.errors.every((error) => error <= tolerance * largest);
      if (isLast || isExact)
        return {
          values: found.values,
          errors: found.errors,
          smallest: found.smallest,
          vectors: found.vectors.map((weights) =>
            basis.reduce((sum, vector, i) => plus(sum, vector, weights[i]!), new Float64Array(surface.dimension)),
          ),
          products: basis.length,
        };
    }
    next = unit(rest);
  }
}

/** Eigenvalues of the tridiagonal matrix, and how far off they may be as those of the whole. */
function ritz(diagonal: readonly number[], beside: readonly number[], count: number): Omit<HessianEigen, 'products'> {
  const size = diagonal.length;
  const matrix = diagonal.map((value, i) => {
    const row = new Float64Array(size);
    row[i] = value;
    if (i > 0) row[i - 1] = beside[i - 1]!;
    if (i + 1 < size) row[i + 1] = beside[i]!;
    return row;
  });
  const { values, vectors } = symmetricEigen(matrix);
  return {
    values: values.slice(0, count),
    vectors: vectors.slice(0, count),
    errors: vectors.slice(0, count).map((vector) => Math.abs(beside.at(-1)! * vector.at(-1)!)),
    smallest: values.at(-1)!,
  };
}

/** Without its part in the span of a basis; twice is enough (Giraud et al. 2005). */
function orthogonal(vector: Float64Array, basis: readonly Float64Array[]): Float64Array {
  let rest = vector;
  for (let pass = 0; pass < 2; pass++) for (const one of basis) rest = plus(rest, one, -dot(rest, one));
  return rest;
}

function unit(vector: Float64Array): Float64Array {
  const length = norm(vector);
  return vector.map((value) => value / length);
}

export interface TraceOptions {
  /** Random vectors; 30 if not given. */
  readonly samples?: number;
  readonly seed: number;
  readonly point?: Float64Array;
}

/** The trace of a loss's Hessian: the mean of vᵀHv over vectors of random signs (Hutchinson 1990), and its standard error. */
export async function hessianTrace(
  surface: Surface,
  { samples = 30, seed, point = surface.origin }: TraceOptions,
): Promise<{ readonly trace: number; readonly standardError: number }> {
  if (!Number.isInteger(samples) || samples < 2)
    throw new AdjointError('OPTIONS_INVALID', `hessianTrace: samples is ${samples}; it must be a whole number ≥ 2.`);
  const random = new RandomSource(seed).child('hessianTrace');
  const found: number[] = [];
  while (found.length < samples) {
    const signs = Float64Array.from({ length: surface.dimension }, () => 2 * random.integer(2) - 1);
    found.push(dot(signs, await surface.hessianVector(point, signs)));
  }
  return { trace: meanOf(found), standardError: summaryOf(found).deviation / Math.sqrt(samples) };
}
