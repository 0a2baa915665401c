import { checkNumbers, checkTensors } from '../operand.js';
import { AdjointError } from '../../errors.js';
import { valueText } from '../../value-text.js';
import { normalizeAxis, pickAxes } from '../../tensor/shape.js';
import { definePrimitive, isNodeOf } from '../primitive.js';
import { apply, type Tensor } from '../tensor.js';
import { moveElements } from './index-map.js';
import { reshape } from './reshape.js';

/** Reorders axes: axis d of the output is axis permutation[d] of the input. */
export const transposePrimitive = definePrimitive<{ readonly permutation: readonly number[] }, [x: Tensor]>({
  name: 'transpose',
  formula: 'y = x with its axes permuted; x̄ = ȳ with them permuted back',
  family: 'movement',
  indexMap: true,
  quiet: true,
  infer([x], { permutation }) {
    if (permutation.length !== x.shape.length || [...permutation].sort((a, b) => a - b).some((axis, i) => axis !== i)) {
      throw new AdjointError(
        'ATTRIBUTE_INVALID',
        `transpose: ${valueText(permutation)} is no permutation of the ${x.shape.length} axes of the input.`,
      );
    }
    return { shape: pickAxes(x.shape, permutation), dtype: x.dtype };
  },
  vjp: ({ attributes: { permutation } }, cotangent) => [transpose(cotangent, inverse(permutation))],
  compute([x], { permutation }, output) {
    const sources = inverse(permutation);
    moveElements(x, output, (index) => pickAxes(index, sources));
  },
  lowering: {
    kind: 'point',
    expression: ({ inputs: [x], attributes: { permutation } }, indices, { at }) =>
      at(x, pickAxes(indices, inverse(permutation))),
  },
  simplify({ inputs: [x], shape, attributes: { permutation } }): Tensor | undefined {
    if (isNodeOf(x, transposePrimitive)) return transpose(x.inputs[0], pickAxes(x.attributes.permutation, permutation));
    // Only axes of extent 1 move: the elements keep their order.
    const long = permutation.filter((axis) => x.shape[axis] !== 1);
    return long.every((axis, i) => i === 0 || axis > long[i - 1]!) ? reshape(x, shape) : undefined;
  },
});

export function inverse(permutation: readonly number[]): number[] {
  const result = new Array<number>(permutation.length);
  permutation.forEach((axis, i) => (result[axis] = i));
  return result;
}

/** Reorders the axes of x by `permutation`; reverses them if it is not given. */
export function transpose(x: Tensor, permutation?: readonly number[]): Tensor {
  checkTensors('transpose', x);
  if (permutation !== undefined) checkNumbers('transpose', 'the permutation', permutation);
  const resolved = (permutation ?? x.shape.map((_, axis) => x.rank - 1 - axis)).map((axis) =>
    normalizeAxis(axis, x.rank, 'transpose'),
  );
  return resolved.every((axis, i) => axis === i) ? x : apply(transposePrimitive, [x], { permutation: resolved });
}

/** Exchanges two axes. */
export function swapAxes(x: Tensor, a: number, b: number): Tensor {
  checkTensors('swapAxes', x);
  const [first, second] = [normalizeAxis(a, x.rank, 'swapAxes'), normalizeAxis(b, x.rank, 'swapAxes')];
  return transpose(
    x,
    x.shape.map((_, axis) => (axis === first ? second : axis === second ? first : axis)),
  );
}
