import { isNumeric } from '../../tensor/dtype.js';
import { axisIndex, linearIndex, scaleIndex, addIndices } from '../../loops/index-expression.js';
import { AdjointError } from '../../errors.js';
import { forEachIndex, formatShape, sizeOf, stridesOf, type Shape } from '../../tensor/shape.js';
import { definePrimitive, noGradient } from '../primitive.js';
import { apply, type Tensor } from '../tensor.js';
import { firstGreatest } from './arg-max.js';
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

/** For each window over the spatial axes, the flat place (within the spatial axes) of its first greatest element, as int32; −1 where it
 * covers padding alone. */
export const windowArgMaxPrimitive = definePrimitive<Window, [x: Tensor]>({
  name: 'windowArgMax',
  infer([x], window) {
    if (!isNumeric(x.dtype)) throw wrongDtype('windowArgMax', x.dtype);
    return { shape: windowedShape(x.shape, window), dtype: 'int32' };
  },
  vjp: noGradient,
  compute([x], { size, stride, dilation, padding }, output) {
    const lead = x.shape.length - size.length;
    const spatial = x.shape.slice(lead);
    const strides = stridesOf(spatial);
    const plane = sizeOf(spatial);
    forEachIndex(output.shape, (index, flat) => {
      const base = Math.floor(flat / sizeOf(output.shape.slice(lead))) * plane;
      const places: number[] = [];
      forEachIndex(size, (tap) => {
        const position = tap.map((t, d) => index[lead + d]! * stride[d]! + t * dilation[d]! - padding[d]![0]);
        if (position.every((p, d) => p >= 0 && p < spatial[d]!))
          places.push(position.reduce((sum, p, d) => sum + p * strides[d]!, 0));
      });
      output.data[flat] = places[firstGreatest(places.map((place) => x.data[base + place]!))] ?? -1;
    });
  },
  lowering: {
    kind: 'reduction',
    // Every element is read once for each window that covers it.
    stored: [0],
    nests({ inputs: [x], shape, attributes: { size, stride, dilation, padding } }, { at }) {
      const lead = x.rank - size.length;
      const output = shape.map((_, d) => axisIndex(d));
      const taps = size.map((_, d) => axisIndex(shape.length + d));
      const position = taps.map((tap, d) =>
        addIndices(scaleIndex(output[lead + d]!, stride[d]!, -padding[d]![0]), scaleIndex(tap, dilation[d]!)),
      );
      const guards = position.map((index, d) => ({ index, extent: x.shape[lead + d]! }));
      const value = {
        kind: 'guard',
        dtype: x.dtype,
        guards,
        x: at(x, [...output.slice(0, lead), ...position]),
        otherwise: -Infinity,
      } as const;
      const place = {
        kind: 'index',
        dtype: 'int32',
        index: linearIndex(position, stridesOf(x.shape.slice(lead))),
      } as const;
      const payload = { kind: 'guard', dtype: 'int32', guards, x: place, otherwise: -1 } as const;
      return [{ extents: shape, reduction: { operation: 'pick', extents: size, value, payload }, output }];
    },
  },
});

/** Shape after sliding a window over the last axes. */
function windowedShape(shape: Shape, { size, stride, dilation, padding }: Window): Shape {
  const lead = shape.length - size.length;
  return shape.map((extent, d) => {
    if (d < lead) return extent;
    const [k, s, dil, [before, after]] = [size[d - lead]!, stride[d - lead]!, dilation[d - lead]!, padding[d - lead]!];
    const reach = (k - 1) * dil + 1;
    if (!(k >= 1 && s >= 1 && dil >= 1 && before >= 0 && after >= 0 && before < reach && after < reach)) {
      throw new AdjointError(
        'ATTRIBUTE_INVALID',
        `window: size ${k}, stride ${s}, dilation ${dil}, padding [${before}, ${after}] on spatial axis ${d - lead}: the first three must be ≥ 1 and each padding smaller than the window's reach ${reach}.`,
      );
    }
    const length = Math.floor((extent + before + after - reach) / s) + 1;
    if (length < 1)
      throw new AdjointError(
        'SHAPE_MISMATCH',
        `window: a window of reach ${reach} does not fit spatial axis ${d - lead} of ${formatShape(shape)} with padding [${before}, ${after}].`,
      );
    return length;
  });
}

/** For each window over the last axes of x, the flat place of its first greatest element within those axes, as int32. */
export function windowArgMax(x: Tensor, window: Window): Tensor {
  return apply(windowArgMaxPrimitive, [x], window);
}
