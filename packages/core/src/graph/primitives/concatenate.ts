import { checkTensorList } from '../operand.js';
import { constantExpression } from '../../loops/expression.js';
import { scaleIndex } from '../../loops/index-expression.js';
import type { Expression } from '../../loops/loop-program.js';
import { AdjointError } from '../../errors.js';
import { formatShape, normalizeAxis, sizeOf } from '../../tensor/shape.js';
import { definePrimitive } from '../primitive.js';
import { apply, type Tensor, type TensorType } from '../tensor.js';
import { slice } from './slice.js';

/** Most tensors that one kernel joins: it looks for each element in all of them. */
const mostParts = 16;

/** Joins tensors along an axis; the adjoint cuts them apart. */
export const concatenatePrimitive = definePrimitive<{ readonly axis: number }>({
  name: 'concatenate',
  formula: 'y = [x₁, x₂, …] along an axis; x̄ₖ = the part of ȳ that xₖ went to',
  family: 'movement',
  cost: 8,
  infer(inputs, { axis }) {
    const [first] = inputs;
    if (!first) throw new AdjointError('ATTRIBUTE_INVALID', 'concatenate: takes at least one tensor.');
    for (const [i, { shape, dtype }] of inputs.entries()) {
      if (dtype !== first.dtype)
        throw new AdjointError(
          'DTYPE_MISMATCH',
          `concatenate: inputs have the dtypes ${first.dtype} and ${dtype}; convert them with cast().`,
        );
      if (shape.length !== first.shape.length || shape.some((extent, d) => d !== axis && extent !== first.shape[d])) {
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `concatenate: shapes ${formatShape(first.shape)} and ${formatShape(shape)}, of input ${i}, differ outside axis ${axis}.`,
        );
      }
    }
    const total = inputs.reduce((sum, { shape }) => sum + (shape[axis] ?? 0), 0);
    const shape = first.shape.map((extent, d) => (d === axis ? total : extent));
    return { shape, dtype: first.dtype };
  },
  vjp({ inputs, attributes: { axis } }, cotangent, needed) {
    const origin = cotangent.shape.map(() => 0);
    return partsOf(inputs, axis).map(({ start, extent }, i) =>
      needed[i] ? slice(cotangent, origin.with(axis, start), cotangent.shape.with(axis, start + extent)) : undefined,
    );
  },
  compute(inputs, { axis }, output) {
    const inner = sizeOf(output.shape.slice(axis + 1));
    const row = sizeOf(output.shape.slice(axis));
    for (const { input, start, extent } of partsOf(inputs, axis)) {
      const length = extent * inner;
      for (let from = 0, to = start * inner; from < input.data.length; from += length, to += row)
        output.data.set(input.data.subarray(from, from + length), to);
    }
  },
  lowering: {
    kind: 'point',
    expression({ inputs, dtype, attributes: { axis } }, indices, { at }) {
      // Nested from the last part: inside part k's guard take part k, otherwise look at the next.
      return partsOf(inputs, axis).reduceRight<Expression>(
        (otherwise, { input, start, extent }) => {
          const index = scaleIndex(indices[axis]!, 1, -start);
          const guards = [{ index, extent }];
          const x = at(input, indices.with(axis, index));
          const inside: Expression = { kind: 'guard', dtype, guards, x, otherwise: 0 };
          if (otherwise.kind === 'constant') return inside;
          const one = constantExpression(1, 'bool');
          const condition: Expression = { kind: 'guard', dtype: 'bool', guards, x: one, otherwise: 0 };
          return { kind: 'select', dtype, condition, x: inside, y: otherwise };
        },
        constantExpression(0, dtype),
      );
    },
  },
  simplify({ inputs, attributes: { axis } }) {
    if (inputs.length === 1) return inputs[0];
    const filled = inputs.filter((input) => input.shape[axis] !== 0);
    if (filled.length > 0 && filled.length < inputs.length) return concatenate(filled, axis);
    if (inputs.length <= mostParts) return undefined;
    // Many are joined in groups, and these again.
    const groups = Array.from({ length: Math.ceil(inputs.length / mostParts) }, (_, group) =>
      concatenate(inputs.slice(group * mostParts, (group + 1) * mostParts), axis),
    );
    return concatenate(groups, axis);
  },
});

/** Each input with where it starts along the axis, and how long it is there. */
function partsOf<T extends TensorType>(
  inputs: readonly T[],
  axis: number,
): { readonly input: T; readonly start: number; readonly extent: number }[] {
  let end = 0;
  return inputs.map((input) => {
    const start = end;
    const extent = input.shape[axis]!;
    end += extent;
    return { input, start, extent };
  });
}

/** Joins tensors of one dtype along `axis`; other extents must agree. */
export function concatenate(tensors: readonly Tensor[], axis = 0): Tensor {
  checkTensorList('concatenate', tensors);
  const rank = tensors[0]?.rank ?? 1;
  return apply(concatenatePrimitive, tensors, { axis: normalizeAxis(axis, rank, 'concatenate') });
}
