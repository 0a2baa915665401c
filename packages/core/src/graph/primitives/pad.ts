import { checkNumbers, checkRecord, checkTensors } from '../operand.js';
import { divideIndex, scaleIndex } from '../../loops/index-expression.js';
import { AdjointError } from '../../errors.js';
import { valueText } from '../../value-text.js';
import { isFloat } from '../../tensor/dtype.js';
import { flatIndex, forEachIndex, formatShape, perAxis, sizeOf, stridesOf } from '../../tensor/shape.js';
import { definePrimitive } from '../primitive.js';
import { apply, type Tensor } from '../tensor.js';
import { broadcastTo } from './broadcast-to.js';
import { literal } from './literal.js';
import { slice } from './slice.js';

/** Elements before and after, per axis; negative numbers crop. */
export type Padding = readonly (readonly [before: number, after: number])[];

interface PadAttributes {
  readonly padding: Padding;
  /** How many elements go between two neighbours, per axis. */
  readonly interior: readonly number[];
  readonly value: number;
}

/**
 * Spreads x by `interior`, then shifts it by the padding: y[i] = x[(i − before)/(interior + 1)] where that is a place
 * of x, and `value` elsewhere. An index shift, so a crop may be larger than x.
 */
export const padPrimitive = definePrimitive<PadAttributes, [x: Tensor]>({
  name: 'pad',
  formula:
    'y[i] = x[(i − before)/(interior + 1)], a given value where that is no index of x; x̄[i] = ȳ[i·(interior + 1) + before]',
  family: 'movement',
  indexMap: true,
  infer([x], { padding, interior }) {
    const rank = x.shape.length;
    if (
      padding.length !== rank ||
      interior.length !== rank ||
      !padding.flat().every(Number.isInteger) ||
      !interior.every((n) => Number.isInteger(n) && n >= 0)
    ) {
      throw new AdjointError(
        'ATTRIBUTE_INVALID',
        `pad: takes two whole numbers and an interior ≥ 0 for each of the ${rank} axes of ${formatShape(x.shape)}.`,
      );
    }
    const shape = perAxis({ extent: x.shape, padding, interior }).map(
      ({ extent, padding: [before, after], interior: between }) => spread(extent, between) + before + after,
    );
    if (shape.some((extent) => extent < 0)) {
      throw new AdjointError(
        'SHAPE_MISMATCH',
        `pad: cropping ${formatShape(x.shape)} by ${JSON.stringify(padding)} leaves a negative extent.`,
      );
    }
    return { shape, dtype: x.dtype };
  },
  vjp({ inputs: [x], shape, attributes: { padding, interior } }, cotangent) {
    // The adjoint shifts back, then keeps every (interior + 1)-th element.
    const back = perAxis({ extent: x.shape, padded: shape, padding, interior }).map(
      ({ extent, padded, padding: [before], interior: between }) =>
        [-before, spread(extent, between) + before - padded] as const,
    );
    const shifted = pad(cotangent, back);
    return [
      slice(
        shifted,
        shape.map(() => 0),
        shifted.shape,
        interior.map((n) => n + 1),
      ),
    ];
  },
  compute([x], { padding, interior, value }, output) {
    const strides = stridesOf(x.shape);
    forEachIndex(output.shape, (index, flat) => {
      const source = index.map((i, axis) => (i - padding[axis]![0]) / (interior[axis]! + 1));
      const inside = source.every((i, axis) => Number.isInteger(i) && i >= 0 && i < x.shape[axis]!);
      output.data[flat] = inside ? x.data[flatIndex(source, strides)]! : value;
    });
  },
  lowering: {
    kind: 'point',
    expression({ inputs: [x], dtype, attributes: { padding, interior, value } }, indices, { at }) {
      const source = perAxis({ index: indices, padding, interior }).map(
        ({ index, padding: [before], interior: between }) => divideIndex(scaleIndex(index, 1, -before), between + 1),
      );
      const guards = perAxis({ index: source, extent: x.shape });
      return { kind: 'guard', dtype, guards, x: at(x, source), otherwise: value };
    },
  },
  simplify({ inputs: [x], shape, attributes: { padding, interior, value } }) {
    if (sizeOf(x.shape) === 0) return broadcastTo(literal(value, x.dtype), shape);
    return padding.every(([before, after]) => before === 0 && after === 0) && interior.every((n) => n === 0)
      ? x
      : undefined;
  },
});

/** Refuses what is no [before, after] for each axis of x. */
export function checkPadding(what: string, padding: Padding, x: Tensor): void {
  const fits =
    Array.isArray(padding) &&
    padding.length === x.rank &&
    padding.every((pair: unknown) => Array.isArray(pair) && pair.length === 2 && pair.every(Number.isSafeInteger));
  if (fits) return;
  throw new AdjointError(
    'ATTRIBUTE_INVALID',
    `${what}: takes two whole numbers, [before, after], for each of the ${x.rank} axes of ${formatShape(x.shape)}.`,
  );
}

function checkFilling(value: number, interior: readonly number[], x: Tensor): void {
  checkNumbers('pad', 'interior', interior);
  const fits =
    typeof value === 'number' &&
    (isFloat(x.dtype) || (x.dtype === 'int32' ? value === (value | 0) : value === 0 || value === 1));
  if (fits) return;
  throw new AdjointError(
    'ATTRIBUTE_INVALID',
    `pad: the value is ${valueText(value)}; it must be a number that ${x.dtype} holds${x.dtype === 'bool' ? ', 0 or 1' : ''}.`,
  );
}

function spread(extent: number, interior: number): number {
  return extent === 0 ? 0 : (extent - 1) * (interior + 1) + 1;
}

/**
 * Pads x with `value` (0 if not given): `padding` holds [before, after] per axis, negative numbers crop, `interior`
 * elements go between neighbours.
 */
export function pad(
  x: Tensor,
  padding: Padding,
  options: { readonly value?: number; readonly interior?: readonly number[] } = {},
): Tensor {
  checkTensors('pad', x);
  checkRecord('pad', options);
  const { value = 0, interior } = options;
  const between = interior ?? x.shape.map(() => 0);
  checkPadding('pad', padding, x);
  checkFilling(value, between, x);
  const unchanged = padding.every(([before, after]) => before === 0 && after === 0) && between.every((n) => n === 0);
  return unchanged
    ? x
    : apply(padPrimitive, [x], { padding, interior: between, value: x.dtype === 'bool' ? Number(value !== 0) : value });
}
