import { scaleIndex } from '../../loops/index-expression.js';
import type { Expression } from '../../loops/loop-program.js';
import { AdjointError } from '../../errors.js';
import { formatShape, normalizeAxis, sizeOf } from '../../tensor/shape.js';
import { definePrimitive } from '../primitive.js';
import { apply, type Tensor } from '../tensor.js';
import { slice } from './slice.js';

/** Joins tensors along an axis; the adjoint cuts them apart. */
export const concatenatePrimitive = definePrimitive<{ readonly axis: number }>({
  name: 'concatenate',
  infer(inputs, { axis }) {
    const [first] = inputs;
    for (const { shape, dtype } of inputs) {
      if (dtype !== first!.dtype)
        throw new AdjointError(
          'DTYPE_MISMATCH',
          `concatenate: inputs have the dtypes ${first!.dtype} and ${dtype}; convert them with cast().`,
        );
      if (shape.length !== first!.shape.length || shape.some((extent, d) => d !== axis && extent !== first!.shape[d])) {
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `concatenate: shapes ${inputs.map((input) => formatShape(input.shape)).join(', ')} differ outside axis ${axis}.`,
        );
      }
    }
    const shape = first!.shape.map((extent, d) =>
      d === axis ? inputs.reduce((total, input) => total + input.shape[d]!, 0) : extent,
    );
    return { shape, dtype: first!.dtype };
  },
  vjp({ inputs, attributes: { axis } }, cotangent, needed) {
    let start = 0;
    return inputs.map((input, i) => {
      const from = start;
      start += input.shape[axis]!;
      if (!needed[i]) return undefined;
      return slice(
        cotangent,
        cotangent.shape.map((_, d) => (d === axis ? from : 0)),
        cotangent.shape.map((extent, d) => (d === axis ? from + input.shape[axis]! : extent)),
      );
    });
  },
  compute(inputs, { axis }, output) {
    const inner = sizeOf(output.shape.slice(axis + 1));
    const row = output.shape[axis]! * inner;
    let offset = 0;
    for (const { data, shape } of inputs) {
      const length = shape[axis]! * inner;
      for (let from = 0, to = offset; from < data.length; from += length, to += row)
        output.data.set(data.subarray(from, from + length), to);
      offset += length;
    }
  },
  lowering: {
    kind: 'point',
    expression({ inputs, dtype, attributes: { axis } }, indices, { at }) {
      let end = 0;
      // Nested from the last part: inside part k's guard take part k, otherwise look at the next.
      const parts = inputs.map((input) => {
        const index = scaleIndex(indices[axis]!, 1, -end);
        end += input.shape[axis]!;
        return { input, index };
      });
      return parts.reduceRight<Expression>(
        (otherwise, { input, index }) => {
          const guard = [{ index, extent: input.shape[axis]! }];
          const inside: Expression = {
            kind: 'guard',
            dtype,
            guards: guard,
            x: at(
              input,
              indices.map((own, d) => (d === axis ? index : own)),
            ),
            otherwise: 0,
          };
          if (otherwise.kind === 'constant') return inside;
          const condition: Expression = {
            kind: 'guard',
            dtype: 'bool',
            guards: guard,
            x: { kind: 'constant', dtype: 'bool', value: 1 },
            otherwise: 0,
          };
          return { kind: 'select', dtype, condition, x: inside, y: otherwise };
        },
        { kind: 'constant', dtype, value: 0 },
      );
    },
  },
  simplify({ inputs, attributes: { axis } }) {
    if (inputs.length === 1) return inputs[0];
    const filled = inputs.filter((input) => input.shape[axis] !== 0);
    return filled.length > 0 && filled.length < inputs.length ? concatenate(filled, axis) : undefined;
  },
});

/** Joins tensors of one dtype along `axis`; other extents must agree. */
export function concatenate(tensors: readonly Tensor[], axis = 0): Tensor {
  if (tensors.length === 0) throw new AdjointError('ATTRIBUTE_INVALID', 'concatenate: takes at least one tensor.');
  return apply(concatenatePrimitive, tensors, { axis: normalizeAxis(axis, tensors[0]!.rank, 'concatenate') });
}
