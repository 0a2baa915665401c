import { checkNumbers, checkRecord, checkTensors } from '../operand.js';
import { isNumeric } from '../../tensor/dtype.js';
import { axisIndex, linearIndex, scaleIndex, addIndices } from '../../loops/index-expression.js';
import { AdjointError } from '../../errors.js';
import { flatIndex, forEachIndex, formatShape, perAxis, sizeOf, stridesOf, type Shape } from '../../tensor/shape.js';
import { definePrimitive, noGradient } from '../primitive.js';
import { apply, type Tensor } from '../tensor.js';
import { firstLargest } from './reduction.js';
import { wrongDtype } from './wrong-dtype.js';
import type { Padding } from './pad.js';

/** Windows over the last axes of a tensor; one entry per spatial axis. */
export interface Window {
  readonly size: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  /** Elements before and after that count as −∞. */
  readonly padding: Padding;
}

/**
 * For each window over the spatial axes, the flat place (within the spatial axes) of its first largest element, as int32;
 * −1 where it covers padding alone.
 */
export const windowArgMaxPrimitive = definePrimitive<Window, [x: Tensor]>({
  name: 'windowArgMax',
  formula: 'y = where the first largest element of each window is; x̄ = 0',
  family: 'reduction',
  infer([x], window) {
    if (!isNumeric(x.dtype)) throw wrongDtype('windowArgMax', x.dtype);
    return { shape: windowedShape(x.shape, window), dtype: 'int32' };
  },
  vjp: noGradient,
  compute([x], window, output) {
    const lead = x.shape.length - window.size.length;
    const [plane, outputPlane] = [x.shape.slice(lead), output.shape.slice(lead)];
    const dimensions = dimensionsOf(x.shape, window);
    const strides = stridesOf(plane);
    forEachIndex(output.shape, (index, flat) => {
      const base = Math.floor(flat / sizeOf(outputPlane)) * sizeOf(plane);
      const places: number[] = [];
      forEachIndex(window.size, (tap) => {
        const position = dimensions.map(
          ({ stride, dilation, padding: [before] }, d) => index[lead + d]! * stride + tap[d]! * dilation - before,
        );
        if (position.every((i, d) => i >= 0 && i < plane[d]!)) places.push(flatIndex(position, strides));
      });
      output.data[flat] = places[firstLargest(places.map((place) => x.data[base + place]!))] ?? -1;
    });
  },
  lowering: {
    kind: 'reduction',
    // Every element is read once for each window that covers it.
    stored: [0],
    nests({ inputs: [x], shape, attributes: window }, { at }) {
      const lead = x.rank - window.size.length;
      const output = shape.map((_, d) => axisIndex(d));
      const guards = dimensionsOf(x.shape, window).map(({ extent, stride, dilation, padding: [before] }, d) => {
        const [o, tap] = [axisIndex(lead + d), axisIndex(shape.length + d)];
        return { index: addIndices(scaleIndex(o, stride, -before), scaleIndex(tap, dilation)), extent };
      });
      const position = guards.map(({ index }) => index);
      const value = {
        kind: 'guard',
        dtype: x.dtype,
        guards,
        x: at(x, [...output.slice(0, lead), ...position]),
        // Less than any element, or as little as the least.
        otherwise: x.dtype === 'int32' ? -(2 ** 31) : -Infinity,
      } as const;
      const place = {
        kind: 'index',
        dtype: 'int32',
        index: linearIndex(position, stridesOf(x.shape.slice(lead))),
      } as const;
      const payload = { kind: 'guard', dtype: 'int32', guards, x: place, otherwise: -1 } as const;
      return [{ extents: shape, reduction: { operation: 'pick', extents: window.size, value, payload }, output }];
    },
  },
});

/**
 * Shape after sliding a window over the last axes.
 * @throws AdjointError where it does not fit, or its padding is as wide as itself.
 */
export function windowedShape(shape: Shape, window: Window): Shape {
  const spatial = dimensionsOf(shape, window).map(({ extent, size, stride, dilation, padding: [before, after] }, d) => {
    const reach = (size - 1) * dilation + 1;
    if (!(size >= 1 && stride >= 1 && dilation >= 1 && before >= 0 && after >= 0 && before < reach && after < reach)) {
      throw new AdjointError(
        'ATTRIBUTE_INVALID',
        `window: size ${size}, stride ${stride}, dilation ${dilation}, padding [${before}, ${after}] on spatial axis ${d}: the first three must be ≥ 1 and each padding smaller than the window's reach ${reach}.`,
      );
    }
    const length = Math.floor((extent + before + after - reach) / stride) + 1;
    if (length < 1)
      throw new AdjointError(
        'SHAPE_MISMATCH',
        `window: a window of reach ${reach} does not fit spatial axis ${d} of ${formatShape(shape)} with padding [${before}, ${after}].`,
      );
    return length;
  });
  return [...shape.slice(0, shape.length - spatial.length), ...spatial];
}

function dimensionsOf(shape: Shape, window: Window) {
  return perAxis({ extent: shape.slice(shape.length - window.size.length), ...window });
}

/** Refuses what is no window over the last axes of x. */
export function checkWindow(what: string, window: Window, x: Tensor): void {
  checkRecord(what, window);
  const { size, stride, dilation, padding } = window;
  for (const [name, values] of Object.entries({ size, stride, dilation })) checkNumbers(what, name, values);
  if (Array.isArray(padding)) for (const pair of padding) checkNumbers(what, 'padding', pair);
  const lengths = [stride.length, dilation.length, Array.isArray(padding) ? padding.length : -1];
  if (size.length <= x.rank && lengths.every((length) => length === size.length)) return;
  throw new AdjointError(
    'ATTRIBUTE_INVALID',
    `${what}: size, stride, dilation and padding ([before, after]) need one entry for each spatial axis of ${formatShape(x.shape)}.`,
  );
}

/** For each window over the last axes of x, the flat place of its first largest element within those axes, as int32. */
export function windowArgMax(x: Tensor, window: Window): Tensor {
  checkTensors('windowArgMax', x);
  checkWindow('windowArgMax', window, x);
  return apply(windowArgMaxPrimitive, [x], window);
}
