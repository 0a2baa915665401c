import { AdjointError } from '../errors.js';
import { add } from '../graph/primitives/add.js';
import { broadcastTo } from '../graph/primitives/broadcast-to.js';
import { literal } from '../graph/primitives/literal.js';
import { inScope } from '../graph/scope.js';
import { Tensor } from '../graph/tensor.js';
import { topologicalOrder } from '../graph/topological-order.js';
import { isFloat } from '../tensor/dtype.js';
import { formatShape, sameShape } from '../tensor/shape.js';

/**
 * Reverse-mode differentiation, from graph to graph: the cotangents of `inputs` that belong to `cotangent` of `output`
 * (1 if not given, and then `output` must be a scalar). Inputs that `output` does not depend on get zeros. The result is
 * an ordinary graph, so it can be differentiated again.
 * @throws AdjointError `GRADIENT_INVALID` if the output is no float scalar and no cotangent is given, or if an input is not float.
 */
export function gradients(output: Tensor, inputs: readonly Tensor[], cotangent?: Tensor): Tensor[] {
  checkOutput(output, cotangent);
  for (const input of inputs) {
    if (!isFloat(input.dtype))
      throw new AdjointError(
        'GRADIENT_INVALID',
        `gradients: an input is ${input.dtype}; only float tensors have gradients.`,
      );
  }
  const order = topologicalOrder([output]);
  const reaching = new Set<Tensor>(inputs);
  for (const node of order) if (node.inputs.some((input) => reaching.has(input))) reaching.add(node);

  const cotangents = new Map<Tensor, Tensor>([[output, cotangent ?? literal(1, output.dtype)]]);
  for (const node of order.reverse()) {
    const own = cotangents.get(node);
    if (!own || node.inputs.length === 0 || !reaching.has(node)) continue;
    const needed = node.inputs.map((input) => reaching.has(input) && isFloat(input.dtype));
    if (!needed.includes(true)) continue;
    const given = inScope(node.scope && `${node.scope}′`, () => node.primitive.vjp(node, own, needed));
    node.inputs.forEach((input, i) => {
      const part = given[i];
      if (!part || !needed[i]) return;
      const sum = cotangents.get(input);
      cotangents.set(input, sum ? add(sum, part) : part);
    });
  }
  return inputs.map((input) => {
    const gradient = cotangents.get(input) ?? broadcastTo(literal(0, input.dtype), input.shape);
    // A constant gradient belongs to the app of what it was taken of, or nothing could read it.
    return gradient.evaluator
      ? gradient
      : new Tensor(
          gradient.primitive,
          gradient.inputs,
          gradient.attributes,
          gradient.type,
          output.evaluator ?? input.evaluator,
        );
  });
}

function checkOutput(output: Tensor, cotangent: Tensor | undefined): void {
  if (!isFloat(output.dtype))
    throw new AdjointError(
      'GRADIENT_INVALID',
      `gradients: the output is ${output.dtype}; only float tensors have gradients.`,
    );
  if (!cotangent && output.rank > 0) {
    throw new AdjointError(
      'GRADIENT_INVALID',
      `gradients: the output has shape ${formatShape(output.shape)}; reduce it to a scalar (sum, mean), or pass a cotangent of that shape.`,
    );
  }
  if (cotangent && (!sameShape(cotangent.shape, output.shape) || cotangent.dtype !== output.dtype)) {
    throw new AdjointError(
      'GRADIENT_INVALID',
      `gradients: the cotangent is ${cotangent.dtype} ${formatShape(cotangent.shape)}; it must be ${output.dtype} ${formatShape(output.shape)} as the output.`,
    );
  }
}
