import { formatShape, sameShape, type DType, type HostTensor } from '@adjoint/core';
import type { Case, StatedTensor } from './case-file.js';

/** The dtype in which stated float64 values are computed. */
export type FloatType = Extract<DType, 'float32' | 'float64'>;

const defaultTolerance: Record<FloatType, number> = { float32: 2e-5, float64: 1e-9 };

export function toleranceOf({ tolerance }: Case, dtype: FloatType): number {
  return tolerance?.[dtype] ?? defaultTolerance[dtype];
}

/**
 * Why `got` is not what a file states, or `undefined` if it is: the shape and dtype must agree, infinities, NaN, integers
 * and booleans must match exactly, and max|got − want| ≤ tolerance·(1 + max|want|) over the finite elements.
 */
export function difference(got: HostTensor, want: StatedTensor, dtype: FloatType, tolerance: number): string | undefined {
  const expected = want.dtype === 'float64' ? dtype : want.dtype;
  if (got.dtype !== expected) return `dtype ${got.dtype}, expected ${expected}`;
  if (!sameShape(got.shape, want.shape)) return `shape ${formatShape(got.shape)}, expected ${formatShape(want.shape)}`;
  let largest = 0;
  let error = 0;
  let place = 0;
  for (const [i, wanted] of want.data.entries()) {
    const found = got.data[i]!;
    if (want.dtype !== 'float64' || !Number.isFinite(wanted) || !Number.isFinite(found)) {
      if (Object.is(found, wanted) || found === wanted) continue;
      return `element ${i} is ${found}, expected ${wanted}`;
    }
    largest = Math.max(largest, Math.abs(wanted));
    if (Math.abs(found - wanted) > error) [error, place] = [Math.abs(found - wanted), i];
  }
  const limit = tolerance * (1 + largest);
  if (error <= limit) return undefined;
  return `max error ${error.toExponential(2)} > ${limit.toExponential(2)} (element ${place} is ${got.data[place]}, expected ${want.data[place]})`;
}
