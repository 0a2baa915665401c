import { constantExpression } from '../../loops/expression.js';
import { AdjointError } from '../../errors.js';
import { checkDType, type DType } from '../../tensor/dtype.js';
import { valueText } from '../../value-text.js';
import { definePrimitive, isNodeOf } from '../primitive.js';
import { apply, ofSameApp, type Tensor } from '../tensor.js';

interface LiteralAttributes {
  readonly value: number;
  readonly dtype: DType;
}

/** A scalar written in the program itself. */
export const literalPrimitive = definePrimitive<LiteralAttributes, []>({
  name: 'literal',
  formula: 'y = a number written in the program',
  family: 'source',
  quiet: true,
  infer: (_, { dtype }) => ({ shape: [], dtype }),
  vjp: () => [],
  compute: (_, { value }, output) => output.data.fill(value),
  lowering: { kind: 'point', expression: ({ attributes: { value, dtype } }) => constantExpression(value, dtype) },
});

/** A scalar of the dtype of x that belongs to the app of x, so that what is made of it alone can be read. */
export function literalLike(x: Tensor, value: number): Tensor {
  return ofSameApp(literal(value, x.dtype), x.evaluator);
}

/** The number that a tensor is filled with, if it is a literal or one that is repeated. */
export function literalValue(tensor: Tensor): number | undefined {
  if (isNodeOf(tensor, literalPrimitive)) return tensor.attributes.value;
  const [x] = tensor.inputs;
  return tensor.primitive.repeats && x ? literalValue(x) : undefined;
}

/**
 * A scalar constant of the graph. A number that changes from call to call belongs in an input: every other literal is
 * another program.
 */
export function literal(
  value: number | boolean,
  dtype: DType = typeof value === 'boolean' ? 'bool' : 'float32',
): Tensor {
  checkDType(dtype, 'literal');
  if (typeof value !== 'number' && typeof value !== 'boolean')
    throw new AdjointError('OPERAND_INVALID', `literal: found ${valueText(value)}; give a number or a boolean.`);
  const number = Number(value);
  if (dtype === 'int32' && number !== (number | 0)) {
    throw new AdjointError(
      'DTYPE_MISMATCH',
      `literal: ${number} is not an int32, a whole number from −2³¹ to 2³¹ − 1; cast the tensor to a float dtype first, or use such a number.`,
    );
  }
  return apply(literalPrimitive, [], { value: dtype === 'bool' ? (number === 0 ? 0 : 1) : number, dtype });
}
