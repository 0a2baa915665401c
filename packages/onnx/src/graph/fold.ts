import { allocateArray, type HostTensor, type Tensor } from '@adjoint/core';
import { constant } from '@adjoint/core/primitives';

/** Elements of a constant that is computed while tracing; larger ones are computed when the graph runs. */
const mostElements = 2 ** 20;

/** A constant in the place of a node whose value is known from constants alone; the node itself otherwise. */
export function fold(node: Tensor): Tensor {
  if (node.value || node.size > mostElements) return node;
  const value = valueOf(node, new Map());
  return value ? constant(value) : node;
}

/** The value by the reference kernels; undefined where it depends on what comes when the graph runs. */
function valueOf(node: Tensor, known: Map<Tensor, HostTensor | undefined>): HostTensor | undefined {
  if (node.value) return node.value;
  if (known.has(node)) return known.get(node);
  const inputs = node.inputs.map((input) => valueOf(input, known));
  const isKnown = node.primitive.lowering.kind !== 'leaf' && inputs.every((input) => input !== undefined);
  let value: HostTensor | undefined;
  if (isKnown) {
    value = { ...node.type, data: allocateArray(node.dtype, node.size) };
    node.primitive.compute(inputs as HostTensor[], node.attributes, value);
  }
  known.set(node, value);
  return value;
}
