import type { DType } from '../../tensor/dtype.js';
import { checkShape, forEachIndex, normalizeAxis, type Shape } from '../../tensor/shape.js';
import { definePrimitive } from '../primitive.js';
import { apply, type Tensor } from '../tensor.js';

interface IotaAttributes {
  readonly shape: Shape;
  readonly axis: number;
  readonly dtype: DType;
}

export const iotaPrimitive = definePrimitive<IotaAttributes, []>({
  name: 'iota',
  formula: 'y[…, i, …] = i',
  family: 'source',
  infer: (_, { shape, dtype }) => ({ shape, dtype }),
  vjp: () => [],
  compute: (_, { shape, axis, dtype }, output) =>
    forEachIndex(shape, (index, flat) => {
      output.data[flat] = dtype === 'bool' ? Math.min(1, index[axis]!) : index[axis]!;
    }),
  lowering: {
    kind: 'point',
    expression({ attributes: { axis, dtype } }, indices) {
      const index = { kind: 'index', dtype: 'int32', index: indices[axis]! } as const;
      return dtype === 'int32' ? index : { kind: 'cast', dtype, x: index };
    },
  },
});

/** A tensor that holds, at each place, the index along `axis`; as bool whether it is not 0. */
export function iota(shape: Shape, axis: number, dtype: DType = 'int32'): Tensor {
  checkShape(shape, 'iota');
  return apply(iotaPrimitive, [], { shape, axis: normalizeAxis(axis, shape.length, 'iota'), dtype });
}
