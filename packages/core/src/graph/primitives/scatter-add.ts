import { isNumeric } from '../../tensor/dtype.js';
import { axisIndex, constantIndex } from '../../loops/index-expression.js';
import { AdjointError } from '../../errors.js';
import { forEachIndex, formatShape, stridesOf } from '../../tensor/shape.js';
import { definePrimitive } from '../primitive.js';
import { apply, type Tensor } from '../tensor.js';
import { wrongDtype } from './wrong-dtype.js';
import { checkIndices, gather, positionOf, type GatherAttributes } from './gather.js';
import { greaterEqual } from './greater-equal.js';
import { less } from './less.js';
import { logicalAnd } from './and.js';
import { pad } from './pad.js';
import { where } from './where.js';

interface ScatterAddAttributes extends GatherAttributes {
  /** Extent of the axis that is scattered to. */
  readonly size: number;
}

/** The adjoint of gather: y is zero but for y[b…, a…, indices[b…, k], r…] += x[b…, a…, k, r…]; places outside are dropped. */
export const scatterAddPrimitive = definePrimitive<ScatterAddAttributes, [x: Tensor, indices: Tensor]>({
  name: 'scatterAdd',
  infer([x, indices], attributes) {
    checkIndices('scatterAdd', x, indices, attributes);
    if (!isNumeric(x.dtype)) throw wrongDtype('scatterAdd', x.dtype);
    if (x.shape[attributes.axis] !== indices.shape[attributes.batchDims]) {
      throw new AdjointError(
        'SHAPE_MISMATCH',
        `scatterAdd: ${formatShape(x.shape)} has ${x.shape[attributes.axis]} elements along axis ${attributes.axis}, but there are ${indices.shape[attributes.batchDims]} indices.`,
      );
    }
    return { shape: x.shape.map((extent, d) => (d === attributes.axis ? attributes.size : extent)), dtype: x.dtype };
  },
  vjp({ inputs: [, indices], attributes: { axis, batchDims, size } }, cotangent) {
    // An index outside took part in nothing: its cotangent is 0, not gather's NaN, so it is read from an added zero.
    const inside = where(logicalAnd(greaterEqual(indices, 0), less(indices, size)), indices, size);
    return [
      gather(
        pad(
          cotangent,
          cotangent.shape.map((_, d) => [0, d === axis ? 1 : 0] as const),
        ),
        inside,
        axis,
        batchDims,
      ),
      undefined,
    ];
  },
  compute([x, indices], { axis, batchDims, size }, output) {
    const strides = stridesOf(output.shape);
    forEachIndex(x.shape, (index, flat) => {
      const position = indices.data[positionOf(index, indices.shape, axis, batchDims)]!;
      if (position < 0 || position >= size) return;
      const place = index.reduce((sum, i, d) => sum + (d === axis ? position : i) * strides[d]!, 0);
      output.data[place] = output.data[place]! + x.data[flat]!;
    });
  },
  lowering: {
    kind: 'scatter',
    nest({ inputs: [x, indices], shape, attributes: { axis, batchDims, size } }, { at }) {
      // The scattered axis runs innermost, so that the outer ones may be split.
      const order = [...shape.keys()].filter((d) => d !== axis).concat(axis);
      const place = shape.map((_, d) => axisIndex(order.indexOf(d)));
      return {
        extents: order.map((d) => x.shape[d]!),
        parallel: order.length - 1,
        output: place.map((index, d) => (d === axis ? constantIndex(0) : index)),
        position: {
          value: at(indices, [...place.slice(0, batchDims), place[axis]!]),
          stride: stridesOf(shape)[axis]!,
          extent: size,
        },
        value: at(x, place),
      };
    },
  },
});

/** Adds the elements of x at `indices` along `axis` of a zero tensor with `size` elements there. */
export function scatterAdd(x: Tensor, indices: Tensor, size: number, axis: number, batchDims = 0): Tensor {
  return apply(scatterAddPrimitive, [x, indices], { axis, batchDims, size });
}
