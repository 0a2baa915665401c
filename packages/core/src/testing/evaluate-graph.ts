import type { Tensor } from '../graph/tensor.js';
import { topologicalOrder } from '../graph/topological-order.js';
import { allocateArray } from '../tensor/dtype.js';
import type { HostTensor } from '../tensor/host-tensor.js';

/** Values of tensors by the reference kernels alone, node by node: neither compiler nor backend has a part in it. */
export function evaluateGraph(tensors: readonly Tensor[]): HostTensor[] {
  const values = new Map<Tensor, HostTensor>();
  for (const node of topologicalOrder(tensors)) {
    let value = node.value;
    if (!value) {
      value = { ...node.type, data: allocateArray(node.dtype, node.size) };
      node.primitive.compute(
        node.inputs.map((input) => values.get(input)!),
        node.attributes,
        value,
      );
    }
    values.set(node, value);
  }
  return tensors.map((tensor) => values.get(tensor)!);
}
