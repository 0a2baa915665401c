import { formatShape, hostTensor, isHostTensor, sameShape, type TensorLike } from '@adjoint/core';
import type { Assertions } from '@adjoint/core/testing';

/**
 * Asserts that a value has the shape of `want`, the same NaN and infinities, and elsewhere
 * |got − want| ≤ tolerance·(1 + max|want|). If not given, the tolerance is 1e-6 for a float32 tensor and 1e-9 otherwise.
 */
export function near(
  t: Assertions,
  got: TensorLike,
  want: TensorLike,
  tolerance = isHostTensor(got) && got.dtype === 'float32' ? 1e-6 : 1e-9,
  what = 'value',
): void {
  const difference = differenceOf(got, want, tolerance);
  t.true(difference === undefined, `${what}: ${difference}`);
}

/** Says where two values differ by more than the tolerance; undefined if they do not. */
export function differenceOf(got: TensorLike, want: TensorLike, tolerance: number): string | undefined {
  const [found, wanted] = [hostTensor(got, undefined, 'float64'), hostTensor(want, undefined, 'float64')];
  if (!sameShape(found.shape, wanted.shape))
    return `the shape is ${formatShape(found.shape)}, expected ${formatShape(wanted.shape)}`;
  const sizes = Array.from(wanted.data, Math.abs).filter(Number.isFinite);
  const limit = tolerance * (1 + sizes.reduce((largest, size) => Math.max(largest, size), 0));
  for (const [i, x] of wanted.data.entries()) {
    const y = found.data[i]!;
    // Object.is holds for equal NaN and infinities, whose difference would be NaN.
    if (!Object.is(y, x) && !(Math.abs(y - x) <= limit))
      return `element ${i} of ${formatShape(wanted.shape)} is ${y}, expected ${x} ± ${limit.toExponential(1)}`;
  }
  return undefined;
}
