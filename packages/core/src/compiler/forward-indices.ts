import type { Tensor } from '../graph/tensor.js';
import { axisIndex, constantIndex, indicesKey } from '../loops/index-expression.js';
import type { Index } from '../loops/loop-program.js';
import { mergeIndices } from '../loops/reshape-index.js';

/**
 * The indices at which `user` takes the element of `input` at `indices`, if each element of the input goes to exactly one
 * of the user: elementwise work, transposes, reshapes that merge axes. Otherwise `undefined`.
 */
export function forwardIndices(input: Tensor, user: Tensor, indices: readonly Index[]): Index[] | undefined {
  const { lowering } = user.primitive;
  if (lowering.kind === 'alias') return mergeIndices(indices, input.shape, user.shape);
  if (lowering.kind !== 'point' || user.size !== input.size || lowering.stored?.some((i) => user.inputs[i] === input))
    return undefined;
  const own = user.shape.map((_, axis) => axisIndex(axis));
  const uses: (readonly Index[])[] = [];
  lowering.expression(user, own, {
    at(tensor, used) {
      if (tensor === input) uses.push(used);
      return { kind: 'constant', dtype: tensor.dtype, value: 0 };
    },
    gather: (tensor) => ({ kind: 'constant', dtype: tensor.dtype, value: 0 }),
  });
  const [first] = uses;
  if (!first || uses.some((other) => indicesKey(other) !== indicesKey(first))) return undefined;
  // Axis of the user → index; axes of extent 1 need none.
  const result = new Map<number, Index>();
  for (const [d, index] of first.entries()) {
    if (input.shape[d] === 1) continue;
    const axis = axisOf(index);
    if (axis === undefined) return undefined;
    result.set(axis, indices[d]!);
  }
  if (user.shape.some((extent, axis) => extent !== 1 && !result.has(axis))) return undefined;
  return own.map((_, axis) => result.get(axis) ?? constantIndex(0));
}

/** The axis whose loop variable the index is, if it is nothing more. */
function axisOf(index: Index): number | undefined {
  const axis = index.coefficients.length - 1;
  return index.offset === 0 &&
    index.divisor === 1 &&
    axis >= 0 &&
    index.coefficients.every((c, d) => c === (d === axis ? 1 : 0))
    ? axis
    : undefined;
}
