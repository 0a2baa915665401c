import { AdjointError } from '../../errors.js';
import { definePrimitive, type Primitive } from '../primitive.js';
import { Tensor, type Evaluator, type TensorType } from '../tensor.js';

/** A primitive without inputs whose value is given from outside. */
export function leafPrimitive(name: string, formula: string): Primitive<TensorType, []> {
  return definePrimitive<TensorType, []>({
    name,
    formula,
    family: 'source',
    infer: (_, type) => type,
    vjp: () => [],
    compute() {
      throw new AdjointError('ATTRIBUTE_INVALID', `${name}: a leaf computes nothing; its value is given from outside.`);
    },
    lowering: { kind: 'leaf' },
  });
}

/** A leaf whose value comes when a program runs. */
export function leaf(primitive: Primitive<TensorType, []>, type: TensorType, evaluator?: Evaluator): Tensor {
  return new Tensor(primitive, [], type, type, evaluator);
}
