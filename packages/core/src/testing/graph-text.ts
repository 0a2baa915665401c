import { Trace } from '../engine/trace.js';
import type { TracedFunction } from '../engine/traced-function.js';
import { printGraph } from '../graph/print.js';
import type { Tensor, TensorType } from '../graph/tensor.js';
import { topologicalOrder } from '../graph/topological-order.js';

/** A graph as text, with the values of its constants: equal texts are equal programs. */
export function graphText(tensors: readonly Tensor[]): string {
  const constants = topologicalOrder(tensors).flatMap(({ value }) => (value ? [`[${value.data.join(', ')}]`] : []));
  return [printGraph(tensors), ...constants].join('\n');
}

/** What a traced function builds for inputs of these types, with what it assigns to variables. */
export function tracedText(traced: TracedFunction, types: readonly TensorType[]): string {
  const trace = new Trace(traced.engine, types);
  const outputs = trace.recordFunction(traced.build);
  return graphText([...outputs, ...trace.writes.values()]);
}
