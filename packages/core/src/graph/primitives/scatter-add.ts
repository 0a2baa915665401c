import { isNumeric } from '../../tensor/dtype.js';
import { axisIndex, constantIndex } from '../../loops/index-expression.js';
import { AdjointError } from '../../errors.js';
import { flatIndex, forEachIndex, formatShape, pickAxes, stridesOf } from '../../tensor/shape.js';
import { definePrimitive } from '../primitive.js';
import { apply, type Tensor } from '../tensor.js';
import { wrongDtype } from './wrong-dtype.js';
import { gather } from './gather.js';
import { greaterEqual } from './greater-equal.js';
import { less } from './less.js';
import { checkIndices, indexOfPosition, positionAt, type IndexedAttributes } from './indexed.js';
import { logicalAnd } from './logical-and.js';
import { pad } from './pad.js';
import { where } from './where.js';

interface ScatterAddAttributes extends IndexedAttributes {
  /** Extent of the axis that is scattered to. */
  readonly size: number;
}

/** The adjoint of gather: y is zero but for y[b…, a…, indices[b…, k], r…] += x[b…, a…, k, r…]; places outside are dropped. */
export const scatterAddPrimitive = definePrimitive<ScatterAddAttributes, [x: Tensor, indices: Tensor]>({
  name: 'scatterAdd',
  formula: 'y[…, indices[k], …] += x[…, k, …], from zeros; x̄ = gather(ȳ, indices), 0 for indices outside',
  family: 'movement',
  infer([x, indices], attributes) {
    checkIndices('scatterAdd', x, indices, attributes);
    if (!isNumeric(x.dtype)) throw wrongDtype('scatterAdd', x.dtype);
    const { axis, size } = attributes;
    if (x.shape[axis] !== indices.shape.at(-1)) {
      throw new AdjointError(
        'SHAPE_MISMATCH',
        `scatterAdd: ${formatShape(x.shape)} has ${x.shape[axis]} elements along axis ${axis}, but there are ${indices.shape.at(-1)} indices.`,
      );
    }
    return { shape: x.shape.with(axis, size), dtype: x.dtype };
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
  compute([x, indices], attributes, output) {
    const strides = stridesOf(output.shape);
    forEachIndex(x.shape, (index, flat) => {
      const position = positionAt(indices, index, attributes);
      if (position >= 0 && position < attributes.size)
        output.data[flatIndex(index.with(attributes.axis, position), strides)]! += x.data[flat]!;
    });
  },
  lowering: {
    kind: 'scatter',
    nest({ inputs: [x, indices], shape, attributes }, { at }) {
      const { axis, size } = attributes;
      // The scattered axis runs innermost, so that the outer ones may be split.
      const order = [...shape.keys()].filter((d) => d !== axis).concat(axis);
      const index = shape.map((_, d) => axisIndex(order.indexOf(d)));
      return {
        extents: pickAxes(x.shape, order),
        parallel: order.length - 1,
        output: index.with(axis, constantIndex(0)),
        position: {
          value: at(indices, indexOfPosition(index, attributes)),
          stride: stridesOf(shape)[axis]!,
          extent: size,
        },
        value: at(x, index),
      };
    },
  },
});

/** Adds the elements of x at `indices` along `axis` of a zero tensor with `size` elements there. */
export function scatterAdd(x: Tensor, indices: Tensor, size: number, axis: number, batchDims = 0): Tensor {
  return apply(scatterAddPrimitive, [x, indices], { axis, batchDims, size });
}
