import { isFloat } from '../tensor/dtype.js';
import { add } from './primitives/add.js';
import { inScope } from './scope.js';
import type { Tensor } from './tensor.js';
import { topologicalOrder } from './topological-order.js';

/**
 * Reverse-mode differentiation of several outputs: the sum of their vector-Jacobian products, for each of `inputs`;
 * `undefined` where no gradient flows. `seeds` are the outputs with their cotangents.
 */
export function pullBack(
  seeds: readonly (readonly [output: Tensor, cotangent: Tensor])[],
  inputs: readonly Tensor[],
): (Tensor | undefined)[] {
  const order = topologicalOrder(seeds.map(([output]) => output));
  const reaching = new Set<Tensor>(inputs);
  for (const node of order) if (node.inputs.some((input) => reaching.has(input))) reaching.add(node);

  const cotangents = new Map<Tensor, Tensor>();
  const contribute = (node: Tensor, contribution: Tensor): void => {
    const sum = cotangents.get(node);
    cotangents.set(node, sum ? add(sum, contribution) : contribution);
  };
  for (const [output, cotangent] of seeds) contribute(output, cotangent);

  const together = resultsOfOneComputation(order);
  for (const node of order.reverse()) {
    const results = together.get(node.inputs) ?? [node];
    // The first result is met last: by then all that use any of them have contributed.
    if (node !== results[0] || !results.some((result) => cotangents.has(result))) continue;
    const needed = node.inputs.map((input) => reaching.has(input) && isFloat(input.dtype));
    if (!needed.includes(true)) continue;
    const own = results.map((result) => cotangents.get(result));
    const contributions = inScope(
      node.scope && `${node.scope}′`,
      () => node.primitive.vjpOfResults?.(results, own, needed) ?? node.primitive.vjp(node, own[0]!, needed),
    );
    node.inputs.forEach((input, i) => {
      const contribution = contributions[i];
      if (contribution && needed[i]) contribute(input, contribution);
    });
  }
  return inputs.map((input) => cotangents.get(input));
}

/** Nodes of primitives with several results, in order, by the list of inputs that they share. */
function resultsOfOneComputation(order: readonly Tensor[]): Map<readonly Tensor[], Tensor[]> {
  const results = new Map<readonly Tensor[], Tensor[]>();
  for (const node of order) {
    if (!node.primitive.vjpOfResults) continue;
    const others = results.get(node.inputs);
    if (others) others.push(node);
    else results.set(node.inputs, [node]);
  }
  return results;
}
