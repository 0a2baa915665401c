import { AdjointError } from '../errors.js';
import { checkTensorList, checkTensors } from '../graph/operand.js';
import { broadcastTo } from '../graph/primitives/broadcast-to.js';
import { literal } from '../graph/primitives/literal.js';
import { pullBack } from '../graph/pull-back.js';
import { ofSameApp, type Tensor } from '../graph/tensor.js';
import { isFloat } from '../tensor/dtype.js';
import { formatShape, sameShape } from '../tensor/shape.js';

/**
 * Reverse-mode differentiation, from graph to graph: the cotangents of `inputs` for the cotangent `seed` of `output`
 * (1 if not given, and then `output` must be a scalar). Inputs that `output` does not depend on get zeros. The result is
 * an ordinary graph, so it can be differentiated again.
 * @throws AdjointError `GRADIENT_INVALID` if the output is no float scalar and no cotangent is given, or if an input is not float.
 */
export function gradients(output: Tensor, inputs: readonly Tensor[], seed?: Tensor): Tensor[] {
  checkTensors('gradients', output);
  checkTensorList('gradients', inputs);
  if (seed !== undefined) checkTensors('gradients', seed);
  checkOutput(output, seed);
  for (const input of inputs) {
    if (!isFloat(input.dtype))
      throw new AdjointError(
        'GRADIENT_INVALID',
        `gradients: an input is ${input.dtype}; only float tensors have gradients.`,
      );
  }
  const cotangents = pullBack([[output, seed ?? literal(1, output.dtype)]], inputs);
  return inputs.map((input, i) =>
    ofSameApp(cotangents[i] ?? broadcastTo(literal(0, input.dtype), input.shape), output.evaluator ?? input.evaluator),
  );
}

function checkOutput(output: Tensor, seed: Tensor | undefined): void {
  if (!isFloat(output.dtype))
    throw new AdjointError(
      'GRADIENT_INVALID',
      `gradients: the output is ${output.dtype}; only float tensors have gradients.`,
    );
  if (!seed && output.rank > 0) {
    throw new AdjointError(
      'GRADIENT_INVALID',
      `gradients: the output has shape ${formatShape(output.shape)}; reduce it to a scalar (sum, mean), or pass a cotangent of that shape.`,
    );
  }
  if (seed && (!sameShape(seed.shape, output.shape) || seed.dtype !== output.dtype)) {
    throw new AdjointError(
      'GRADIENT_INVALID',
      `gradients: the cotangent is ${seed.dtype} ${formatShape(seed.shape)}; it must be ${output.dtype} ${formatShape(output.shape)} as the output.`,
    );
  }
}
