import { isFloat } from '../tensor/dtype.js';
import { checkTensors } from './operand.js';
import type { Primitive } from './primitive.js';
import { addPrimitive } from './primitives/add.js';
import { castPrimitive } from './primitives/cast.js';
import { concatenatePrimitive } from './primitives/concatenate.js';
import { convolutionPrimitive } from './primitives/convolution.js';
import { mulPrimitive } from './primitives/mul.js';
import { subPrimitive } from './primitives/sub.js';
import { sumPrimitive } from './primitives/sum.js';
import { variablePrimitive } from './primitives/variable.js';
import { withVjpPrimitive } from './primitives/with-vjp.js';
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
  return shownBy(tensor, new Map());
}

function shownBy(tensor: Tensor, seen: Map<Tensor, Scale | undefined>): Scale | undefined {
  if (seen.has(tensor)) return seen.get(tensor);
  const scale = known.get(tensor) ?? shownByInputs(tensor, seen);
  seen.set(tensor, scale);
  return scale;
}

function shownByInputs(tensor: Tensor, seen: Map<Tensor, Scale | undefined>): Scale | undefined {
  if (!movesElements(tensor)) return isLinear(tensor, new Set()) ? 'logits' : undefined;
  // Beside what is moved stand indices and the like, but all that is concatenated is moved.
  const moved = applies(tensor, concatenatePrimitive) ? tensor.inputs : tensor.inputs.slice(0, 1);
  const [scale, ...others] = moved.map((input) => shownBy(input, seen));
  return others.every((other) => other === scale) ? scale : undefined;
}

function movesElements(tensor: Tensor): boolean {
  const { primitive, inputs, dtype } = tensor;
  const moves = primitive.family === 'movement' || applies(tensor, withVjpPrimitive, castPrimitive);
  return inputs.length > 0 && isFloat(dtype) && moves;
}

/** Whether a node applies one of some primitives. */
function applies({ primitive }: Tensor, ...some: readonly unknown[]): boolean {
  return some.includes(primitive satisfies Primitive);
}

/** Whether a variable is among what is added up or multiplied. */
function isLinear(tensor: Tensor, seen: Set<Tensor>): boolean {
  if (seen.has(tensor) || known.has(tensor)) return false;
  seen.add(tensor);
  if (applies(tensor, variablePrimitive)) return true;
  const isSum = applies(tensor, addPrimitive, subPrimitive, mulPrimitive, sumPrimitive, convolutionPrimitive);
  return (movesElements(tensor) || isSum) && tensor.inputs.some((input) => isLinear(input, seen));
}
