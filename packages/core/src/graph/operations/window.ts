import { checkNumbers, checkRecord } from '../operand.js';
import { AdjointError } from '../../errors.js';
import { valueText } from '../../value-text.js';
import { formatShape, perAxis, type Shape } from '../../tensor/shape.js';
import type { Padding } from '../primitives/pad.js';
import type { Window } from '../primitives/window-arg-max.js';
import type { Tensor } from '../tensor.js';

/** A number stands for the same in every spatial dimension. */
export type PerDimension = number | readonly number[];

/**
 * One number for all sides, for each dimension a number or [before, after], or `valid` (none), `same` (⌈a/s⌉ outputs, the
 * smaller half before) or `causal` (all of it before: no output sees what comes after its place).
 */
export type SpatialPadding =
  | 'valid'
  | 'same'
  | 'causal'
  | number
  | readonly (number | readonly [before: number, after: number])[];

/** Windows over the spatial axes of x [N, C, …spatial]. */
export interface WindowOptions {
  /** Extent of a window, ≥ 1. */
  readonly size: PerDimension;
  /** Step between windows, ≥ 1; their size if not given. */
  readonly stride?: PerDimension | undefined;
  /** Distance between the elements of a window; 1 if not given. */
  readonly dilation?: PerDimension;
  /** Less than the reach of a window on each side; none if not given. */
  readonly padding?: SpatialPadding;
  /** Rounds the number of windows up: the last one may reach beyond the padding, but starts before it. */
  readonly ceilMode?: boolean;
}

/** One number for every dimension, or one each. */
export function perDimension(value: PerDimension, dims: number, what: string): readonly number[] {
  const values = typeof value === 'number' ? Array.from({ length: dims }, () => value) : value;
  if (Array.isArray(values) && values.length === dims) return values;
  throw new AdjointError(
    'ATTRIBUTE_INVALID',
    Array.isArray(values)
      ? `${what}: ${valueText(value)} has ${values.length} numbers; there are ${dims} spatial dimensions.`
      : `${what} is ${valueText(value)}; give a number, or a list of one for each of the ${dims} spatial dimensions.`,
  );
}

/** The spatial axes of x [N, C, …spatial]. */
export function spaceOf(what: string, x: Tensor): Shape {
  if (x.rank >= 2) return x.shape.slice(2);
  throw new AdjointError('SHAPE_MISMATCH', `${what}: takes [batch, channels, …spatial], not ${formatShape(x.shape)}.`);
}

/** Padding of every dimension as pairs. `same`: total = max((⌈a/s⌉ − 1)·s + d(k − 1) + 1 − a, 0), the smaller half before. */
export function resolvePadding(
  what: string,
  padding: SpatialPadding,
  dimensions: Readonly<Record<'extent' | 'size' | 'stride' | 'dilation', readonly number[]>>,
): Padding {
  if (padding === 'valid') return dimensions.extent.map(() => [0, 0]);
  if (typeof padding === 'number') return dimensions.extent.map(() => [padding, padding]);
  if (padding === 'causal') return perAxis(dimensions).map(({ size, dilation }) => [dilation * (size - 1), 0] as const);
  if (padding === 'same') {
    return perAxis(dimensions).map(({ extent, size, stride, dilation }) => {
      const total = Math.max((Math.ceil(extent / stride) - 1) * stride + dilation * (size - 1) + 1 - extent, 0);
      return [Math.floor(total / 2), Math.ceil(total / 2)];
    });
  }
  const { length } = dimensions.extent;
  const pairs = Array.isArray(padding) ? padding.map((side) => (typeof side === 'number' ? [side, side] : side)) : [];
  if (Array.isArray(padding) && pairs.length === length && pairs.every(isPair)) return pairs;
  throw new AdjointError(
    'ATTRIBUTE_INVALID',
    `${what}: padding is ${valueText(padding)}; give 'valid', 'same', 'causal', a number, or a number or [before, after] for each of the ${length} spatial dimensions.`,
  );
}

function isPair(pair: unknown): pair is readonly [number, number] {
  return Array.isArray(pair) && pair.length === 2 && pair.every(Number.isSafeInteger);
}

/**
 * The windows that options mean over x; `beyond` counts, per dimension, the elements at the end of the padding which are
 * there for `ceilMode` alone.
 */
export function windowOver(
  what: string,
  x: Tensor,
  options: WindowOptions,
): { readonly window: Window; readonly beyond: readonly number[] } {
  const extent = spaceOf(what, x);
  checkRecord(what, options);
  const each = (name: string, value: PerDimension): readonly number[] => {
    const values = perDimension(value, extent.length, `${what}: ${name}`);
    checkNumbers(what, name, values);
    if (values.every((one) => one >= 1)) return values;
    throw new AdjointError('ATTRIBUTE_INVALID', `${what}: ${name} is [${values.join(', ')}]; it must be ≥ 1.`);
  };
  const size = each('size', options.size);
  const stride = each('stride', options.stride ?? size);
  const dilation = each('dilation', options.dilation ?? 1);
  const padding = resolvePadding(what, options.padding ?? 0, { extent, size, stride, dilation });
  const beyond = perAxis({ extent, size, stride, dilation, padding }).map((axis) =>
    options.ceilMode ? ceilRest(axis) : 0,
  );
  return {
    window: {
      size,
      stride,
      dilation,
      padding: perAxis({ padding, beyond }).map(({ padding: [before, after], beyond: rest }) => [before, after + rest]),
    },
    beyond,
  };
}

/** How far a last window, which starts within the input or the padding before it, reaches beyond the padding after it. */
function ceilRest(axis: {
  readonly extent: number;
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: readonly [before: number, after: number];
}): number {
  const { extent, size, stride, dilation } = axis;
  const [before, after] = axis.padding;
  const room = extent + before + after - (dilation * (size - 1) + 1);
  const last = Math.ceil(room / stride) * stride;
  return last < 0 || last >= extent + before ? 0 : last - room;
}
