import { isFloat } from '../tensor/dtype.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { formatShape, sameShape } from '../tensor/shape.js';

const tolerances = { float32: 2e-5, float64: 1e-10 };

/**
 * Why two values differ, or `undefined`: shapes and dtypes must agree, integers, booleans, NaN and infinities exactly,
 * and max|got − want| ≤ tolerance·(1 + max|want|) over the finite elements (2e-5 in float32, 1e-10 in float64).
 */
export function differenceOf(got: HostTensor, want: HostTensor): string | undefined {
  if (got.dtype !== want.dtype || !sameShape(got.shape, want.shape) || got.data.length !== want.data.length) {
    return `got ${got.dtype} ${formatShape(got.shape)}, expected ${want.dtype} ${formatShape(want.shape)}`;
  }
  const finite = want.data.filter((value) => Number.isFinite(value)) as Float64Array;
  const largest = finite.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const limit = isFloat(want.dtype) ? tolerances[want.dtype] * (1 + largest) : 0;
  for (const [i, wanted] of want.data.entries()) {
    const found = got.data[i]!;
    const same = Number.isFinite(wanted) ? Math.abs(found - wanted) <= limit : Object.is(found, wanted);
    if (!same)
      return `element ${i} of ${formatShape(want.shape)} is ${found}, expected ${wanted} ± ${limit.toExponential(1)}`;
  }
  return undefined;
}
