import { checkTensors } from '../operand.js';
import { checkDType, isFloat, type DType } from '../../tensor/dtype.js';
import { definePrimitive } from '../primitive.js';
import { apply, type Tensor } from '../tensor.js';

/** Towards zero for int32, x ≠ 0 for bool. Gradients flow between float dtypes. */
export const castPrimitive = definePrimitive<{ readonly dtype: DType }, [x: Tensor]>({
  name: 'cast',
  formula: 'y = x in another dtype; x̄ = ȳ in the dtype of x if both are floats, 0 otherwise',
  family: 'elementwise',
  infer([x], { dtype }) {
    checkDType(dtype, 'cast');
    return { shape: x.shape, dtype };
  },
  vjp({ inputs: [x], dtype }, cotangent) {
    return [isFloat(x.dtype) && isFloat(dtype) ? cast(cotangent, x.dtype) : undefined];
  },
  compute([x], { dtype }, output) {
    x.data.forEach((value, i) => (output.data[i] = convert(value, dtype)));
  },
  lowering: {
    kind: 'point',
    expression: ({ inputs: [x], dtype }, indices, { at }) => ({ kind: 'cast', dtype, x: at(x, indices) }),
  },
  simplify: ({ inputs: [x], dtype }) => (x.dtype === dtype ? x : undefined),
});

/** int32 saturates and takes NaN to 0, as WebAssembly's trunc_sat does. */
function convert(value: number, dtype: DType): number {
  if (dtype === 'bool') return value === 0 ? 0 : 1;
  return dtype === 'int32' ? Math.min(Math.max(Math.trunc(value), -(2 ** 31)), 2 ** 31 - 1) : value;
}

/** Converts to another dtype: towards zero (saturating) for int32, x ≠ 0 for bool. */
export function cast(x: Tensor, dtype: DType): Tensor {
  checkTensors('cast', x);
  return x.dtype === dtype ? x : apply(castPrimitive, [x], { dtype });
}
