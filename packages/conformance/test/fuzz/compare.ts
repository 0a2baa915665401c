import { formatShape, isFloat, sameShape, type HostTensor } from '@adjoint/core';

/** How far apart results of one dtype may be, relative to their size. */
const tolerances = { float32: 2e-5, float64: 1e-11 };

/**
 * Why a result is not what the reference computes, if it is not. Integers and booleans are equal; of floats each finite
 * element agrees to the tolerance, relative to itself or to the largest (sums lose digits where their terms cancel).
 * `overflows` says that terms of a sum may overflow on the way, which then depends on their order.
 */
export function differenceFrom(
  want: HostTensor,
  have: HostTensor,
  { elementwise, overflows }: { readonly elementwise: boolean; readonly overflows: boolean },
): string | undefined {
  if (have.dtype !== want.dtype || !sameShape(have.shape, want.shape))
    return `${have.dtype} ${formatShape(have.shape)} instead of ${want.dtype} ${formatShape(want.shape)}`;
  if (have.data.length !== want.data.length) return `${have.data.length} elements instead of ${want.data.length}`;
  const { dtype } = want;
  const tolerance = dtype === 'float64' ? tolerances.float64 : tolerances.float32;
  const smallest = dtype === 'float64' ? 1e-300 : 1e-37;
  let largest = 0;
  if (!elementwise) for (const x of want.data) if (Number.isFinite(x)) largest = Math.max(largest, Math.abs(x), 1);
  for (let i = 0; i < want.data.length; i++) {
    const [x, y] = [want.data[i]!, have.data[i]!];
    const same =
      Object.is(x, y) ||
      (overflows && !(Number.isFinite(x) && Number.isFinite(y))) ||
      (isFloat(dtype) && Math.abs(x - y) <= tolerance * (elementwise ? Math.abs(x) : largest) + smallest);
    if (!same) return `element ${i} of ${dtype} ${formatShape(want.shape)} is ${y} instead of ${x}`;
  }
  return undefined;
}
