import { checkTensors } from '../operand.js';
import { AdjointError } from '../../errors.js';
import { broadcastShapes, formatShape, sameShape } from '../../tensor/shape.js';
import { definePrimitive, onlyNeeded } from '../primitive.js';
import { apply, type Tensor } from '../tensor.js';
import { broadcastTo } from './broadcast-to.js';
import { broadcastOperands } from './elementwise.js';
import type { Operand } from '../operand.js';
import { literal, literalValue } from './literal.js';

export const wherePrimitive = definePrimitive<undefined, [condition: Tensor, a: Tensor, b: Tensor]>({
  name: 'where',
  formula: 'y = a where the condition holds, b elsewhere; ā = ȳ where it holds, b̄ = ȳ elsewhere, 0 otherwise',
  family: 'elementwise',
  infer([condition, a, b]) {
    if (condition.dtype !== 'bool' || a.dtype !== b.dtype) {
      throw new AdjointError(
        'DTYPE_MISMATCH',
        `where: takes a bool condition and two values of one dtype, not ${condition.dtype}, ${a.dtype} and ${b.dtype}.`,
      );
    }
    if (!sameShape(condition.shape, a.shape) || !sameShape(a.shape, b.shape)) {
      throw new AdjointError(
        'SHAPE_MISMATCH',
        `where: shapes ${formatShape(condition.shape)}, ${formatShape(a.shape)} and ${formatShape(b.shape)}; the primitive takes equal ones.`,
      );
    }
    return a;
  },
  vjp: ({ inputs: [condition] }, cotangent, needed) =>
    onlyNeeded(needed, [undefined, () => where(condition, cotangent, 0), () => where(condition, 0, cotangent)]),
  compute([condition, a, b], _, output) {
    condition.data.forEach((holds, i) => (output.data[i] = (holds ? a : b).data[i]!));
  },
  lowering: {
    kind: 'point',
    expression: ({ inputs: [condition, a, b], dtype }, indices, { at }) => ({
      kind: 'select',
      dtype,
      condition: at(condition, indices),
      x: at(a, indices),
      y: at(b, indices),
    }),
  },
  simplify({ inputs: [condition, a, b] }) {
    const known = literalValue(condition);
    return known === undefined ? undefined : known ? a : b;
  },
});

/** condition ? a : b, element by element, with broadcasting. A bare number takes the other value's dtype. */
export function where(condition: Tensor | boolean, a: Operand, b: Operand): Tensor {
  checkTensors('where', condition);
  const mask = typeof condition === 'boolean' ? literal(condition) : condition;
  const [x, y] = broadcastOperands('where', a, b);
  const shape = broadcastShapes([mask.shape, x.shape], 'where');
  return apply(wherePrimitive, [broadcastTo(mask, shape), broadcastTo(x, shape), broadcastTo(y, shape)], undefined);
}
