import { allocateArray } from '../tensor/dtype.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import type { Tensor } from './tensor.js';

/** Computes nodes by their reference kernels, inputs before users, and adds their values to `values`. */
export function computeNodes(order: readonly Tensor[], values: Map<Tensor, HostTensor>): void {
  for (const node of order) {
    if (values.has(node)) continue;
    const output = node.value ?? { ...node.type, data: allocateArray(node.dtype, node.size) };
    if (!node.value)
      node.primitive.compute(
        node.inputs.map((input) => values.get(input)!),
        node.attributes,
        output,
      );
    values.set(node, output);
  }
}
