import { isFloat } from '../tensor/dtype.js';
import { checkTensors } from './operand.js';
import type { Tensor } from './tensor.js';

/** What the outputs of a model are on the way to probabilities: `softmax` and `sigmoid` make probabilities of logits. */
export type Scale = 'logits' | 'logProbabilities' | 'probabilities';

const known = new WeakMap<Tensor, Scale>();

/** Says what a tensor is; needed where probabilities are not made by `sigmoid`, `softmax` or `logSoftmax`. */
export function ofScale(tensor: Tensor, scale: Scale): Tensor {
  checkTensors('ofScale', tensor);
  known.set(tensor, scale);
  return tensor;
}

/**
 * What the end of a graph shows its values to be: what an activation made of them, also where elements were moved since;
 * logits where it ends in sums and products with parameters, such as a dense layer; undefined where it shows neither.
 */
export function scaleOf(tensor: Tensor): Scale | undefined {
  checkTensors('scaleOf', tensor);
  for (let at = tensor; ; at = at.inputs[0]!) {
    const scale = known.get(at);
    if (scale) return scale;
    if (!movesElements(at)) return isLinear(at, new Set()) ? 'logits' : undefined;
  }
}

function movesElements({ primitive, inputs, dtype }: Tensor): boolean {
  const { name, family } = primitive;
  return inputs.length > 0 && isFloat(dtype) && (family === 'movement' || name === 'withVjp' || name === 'cast');
}

const linear = ['add', 'sub', 'mul', 'sum', 'convolution'];

/** Whether a variable is among what is added up or multiplied. */
function isLinear(tensor: Tensor, seen: Set<Tensor>): boolean {
  if (seen.has(tensor) || known.has(tensor)) return false;
  seen.add(tensor);
  if (tensor.primitive.name === 'variable') return true;
  return (
    (movesElements(tensor) || linear.includes(tensor.primitive.name)) &&
    tensor.inputs.some((input) => isLinear(input, seen))
  );
}
