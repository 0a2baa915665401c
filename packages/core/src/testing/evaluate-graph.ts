import { computeNodes } from '../graph/compute-nodes.js';
import type { Tensor } from '../graph/tensor.js';
import { topologicalOrder } from '../graph/topological-order.js';
import type { HostTensor } from '../tensor/host-tensor.js';

/** Values of tensors by the reference kernels alone, node by node: neither compiler nor backend has a part in it. */
export function evaluateGraph(tensors: readonly Tensor[]): HostTensor[] {
  const values = new Map<Tensor, HostTensor>();
  computeNodes(topologicalOrder(tensors), values);
  return tensors.map((tensor) => values.get(tensor)!);
}
