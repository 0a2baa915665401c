import { AdjointError } from '../../errors.js';
import type { HostTensor } from '../../tensor/host-tensor.js';
import { definePrimitive, type Primitive } from '../primitive.js';
import { Tensor, type Evaluator, type TensorType } from '../tensor.js';

function leafPrimitive(name: string): Primitive<TensorType, []> {
  return definePrimitive<TensorType, []>({
    name,
    infer: (_, type) => type,
    vjp: () => [],
    compute() {
      throw new AdjointError('ATTRIBUTE_INVALID', `${name}: a leaf has no kernel; its value is given from outside.`);
    },
    lowering: { kind: 'leaf' },
  });
}

/** A value given from the host. */
export const constantPrimitive = leafPrimitive('constant');
/** An argument of a traced function. */
export const inputPrimitive = leafPrimitive('input');
/** The value of a variable when the program starts. */
export const variablePrimitive = leafPrimitive('variable');

/** A tensor with a known value. Its data are handed to programs as an input, never baked into code. */
export function constant(value: HostTensor, evaluator?: Evaluator): Tensor {
  const type = { shape: value.shape, dtype: value.dtype };
  const tensor = new Tensor(constantPrimitive, [], type, type, evaluator);
  tensor.value = value;
  return tensor;
}

/** A leaf whose value comes when a program runs. */
export function leaf(primitive: Primitive<TensorType, []>, type: TensorType, evaluator: Evaluator): Tensor {
  return new Tensor(primitive, [], type, type, evaluator);
}
