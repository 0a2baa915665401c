import { AdjointError } from '../../errors.js';
import type { Expression } from '../../loops/loop-program.js';
import { isFloat, type DType } from '../../tensor/dtype.js';
import { broadcastShapes, formatShape, sameShape } from '../../tensor/shape.js';
import { definePrimitive, noGradient, onlyNeeded, type Primitive } from '../primitive.js';
import { checkOperands, type Operand } from '../operand.js';
import { apply, Tensor } from '../tensor.js';
import { broadcastTo } from './broadcast-to.js';
import { literal } from './literal.js';
import { wrongDtype } from './wrong-dtype.js';

/** Facts of a primitive that are handed on as they are. */
type Facts = Pick<Primitive, 'name' | 'formula' | 'cost'>;

interface UnaryDefinition extends Facts {
  /** The function in numbers. */
  readonly evaluate: (x: number) => number;
  /** The function in loops; `scalar` has what it is written in. */
  readonly expression: (x: Expression) => Expression;
  /** dtypes that are accepted; floats if not given. */
  readonly accepts?: (dtype: DType) => boolean;
  /** Cotangent of x, given that of y = f(x); without it no gradient flows. */
  readonly vjp?: (cotangent: Tensor, x: Tensor, y: Tensor) => Tensor;
  readonly simplify?: (x: Tensor) => Tensor | undefined;
}

/** A primitive y = f(x), element by element. */
export function unaryPrimitive({
  name,
  evaluate,
  expression,
  accepts = isFloat,
  vjp,
  simplify,
  ...facts
}: UnaryDefinition): Primitive<undefined, [x: Tensor]> {
  return definePrimitive<undefined, [x: Tensor]>({
    name,
    family: 'elementwise',
    ...facts,
    infer([x]) {
      if (!accepts(x.dtype)) throw wrongDtype(name, x.dtype);
      return x;
    },
    vjp: (node, cotangent) => (vjp ? [vjp(cotangent, ...node.inputs, node)] : noGradient(node)),
    compute([x], _, output) {
      x.data.forEach((value, i) => (output.data[i] = evaluate(value)));
    },
    lowering: { kind: 'point', expression: ({ inputs: [x] }, indices, { at }) => expression(at(x, indices)) },
    ...(simplify && { simplify: ({ inputs }) => simplify(...inputs) }),
  });
}

interface BinaryDefinition extends Facts {
  /** The function in numbers. */
  readonly evaluate: (a: number, b: number) => number;
  /** For int32, where `evaluate` would leave the whole numbers that a float64 holds. */
  readonly evaluateInteger?: (a: number, b: number) => number;
  /** The function in loops; `scalar` has what it is written in. */
  readonly expression: (a: Expression, b: Expression) => Expression;
  readonly accepts: (dtype: DType) => boolean;
  /** dtype of the result; that of the operands if not given. */
  readonly result?: DType;
  /** Cotangents of a and b, each built only if it is called. */
  readonly vjp?: (cotangent: Tensor, a: Tensor, b: Tensor, y: Tensor) => readonly [() => Tensor, () => Tensor];
  readonly simplify?: (a: Tensor, b: Tensor) => Tensor | undefined;
}

/** A primitive y = f(a, b) of two tensors of one shape and dtype, element by element. */
export function binaryPrimitive({
  name,
  evaluate,
  evaluateInteger = evaluate,
  expression,
  accepts,
  result,
  vjp,
  simplify,
  ...facts
}: BinaryDefinition): Primitive<undefined, [a: Tensor, b: Tensor]> {
  return definePrimitive<undefined, [a: Tensor, b: Tensor]>({
    name,
    family: 'elementwise',
    ...facts,
    infer([a, b]) {
      if (a.dtype !== b.dtype) {
        throw new AdjointError(
          'DTYPE_MISMATCH',
          `${name}: operands have the dtypes ${a.dtype} and ${b.dtype}; convert one with cast().`,
        );
      }
      if (!accepts(a.dtype)) throw wrongDtype(name, a.dtype);
      if (!sameShape(a.shape, b.shape)) {
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `${name}: operands have the shapes ${formatShape(a.shape)} and ${formatShape(b.shape)}; the primitive takes equal ones.`,
        );
      }
      return { shape: a.shape, dtype: result ?? a.dtype };
    },
    vjp: (node, cotangent, needed) =>
      vjp ? onlyNeeded(needed, vjp(cotangent, ...node.inputs, node)) : noGradient(node),
    compute([a, b], _, output) {
      const compute = output.dtype === 'int32' ? evaluateInteger : evaluate;
      a.data.forEach((value, i) => (output.data[i] = compute(value, b.data[i]!)));
    },
    lowering: {
      kind: 'point',
      expression: ({ inputs: [a, b] }, indices, { at }) => expression(at(a, indices), at(b, indices)),
    },
    ...(simplify && { simplify: ({ inputs }) => simplify(...inputs) }),
  });
}

/** Applies a binary primitive with numpy's broadcasting; a bare number takes the other operand's dtype. */
export function applyBinary(primitive: Primitive<undefined, [a: Tensor, b: Tensor]>, a: Operand, b: Operand): Tensor {
  const [x, y] = broadcastOperands(primitive.name, a, b);
  return apply(primitive, [x, y], undefined);
}

/** Brings operands to their common shape; bare numbers take the dtype of the first tensor (float32 if there is none). */
export function broadcastOperands<T extends readonly Operand[]>(
  what: string,
  ...operands: T
): { [K in keyof T]: Tensor } {
  checkOperands(what, ...operands);
  const dtype = operands.find((operand) => operand instanceof Tensor)?.dtype ?? 'float32';
  const tensors = operands.map((operand) => (operand instanceof Tensor ? operand : literal(operand, dtype)));
  const shape = broadcastShapes(
    tensors.map((tensor) => tensor.shape),
    what,
  );
  return tensors.map((tensor) => broadcastTo(tensor, shape)) as { [K in keyof T]: Tensor };
}
