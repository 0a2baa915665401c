import { formatShape, sameShape, type DType, type HostTensor } from '@adjoint/core';
import type { Case, StatedTensor } from './case-file.js';

/** The dtype in which stated float64 values are computed. */
export type FloatType = Extract<DType, 'float32' | 'float64'>;

const defaultTolerance: Record<FloatType, number> = { float32: 2e-5, float64: 1e-9 };

export function toleranceOf({ tolerance }: Case, dtype: FloatType): number {
  return tolerance?.[dtype] ?? defaultTolerance[dtype];
}

/** A computed tensor; JSON writes −0 as 0, so that the zeros of the inputs may be read in two ways. */
export interface Computed {
  readonly value: HostTensor;
  /** The value where zeros of the inputs are −0. */
  readonly withNegativeZeros?: HostTensor | undefined;
}

/**
 * Why a value is not what a file states, or `undefined` if it is: the shape and dtype must agree, infinities, NaN,
 * integers and booleans must match exactly (an infinity under either reading of the inputs' zeros), and
 * max|got − want| ≤ tolerance·(1 + max|want|) over the finite elements.
 */
export function difference(
  { value, withNegativeZeros }: Computed,
  want: StatedTensor,
  dtype: FloatType,
  tolerance: number,
): string | undefined {
  const expected = want.dtype === 'float64' ? dtype : want.dtype;
  if (value.dtype !== expected) return `dtype ${value.dtype}, expected ${expected}`;
  if (!sameShape(value.shape, want.shape))
    return `shape ${formatShape(value.shape)}, expected ${formatShape(want.shape)}`;
  let largest = 0;
  let error = 0;
  let place = 0;
  for (const [i, wanted] of want.data.entries()) {
    const found = value.data[i]!;
    if (want.dtype === 'float64' && Number.isFinite(wanted) && Number.isFinite(found)) {
      largest = Math.max(largest, Math.abs(wanted));
      if (Math.abs(found - wanted) > error) [error, place] = [Math.abs(found - wanted), i];
      continue;
    }
    const otherSign = Math.abs(wanted) === Infinity && found === -wanted && withNegativeZeros?.data[i] === wanted;
    if (found !== wanted && !otherSign && !(Number.isNaN(found) && Number.isNaN(wanted)))
      return `element ${i} is ${found}, expected ${wanted}`;
  }
  const limit = tolerance * (1 + largest);
  if (error <= limit) return undefined;
  return `max error ${error.toExponential(2)} > ${limit.toExponential(2)} (element ${place} is ${value.data[place]}, expected ${want.data[place]})`;
}
