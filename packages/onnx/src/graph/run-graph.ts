import { AdjointError, isAdjointError, Tensor } from '@adjoint/core';
import { constant } from '@adjoint/core/primitives';
import type { OnnxGraph, OnnxNode } from '../format/onnx-graph.js';
import { unpackTensor } from '../format/packed-tensor.js';
import { Call, nodeText, type OperatorPass } from '../operators/call.js';
import { operators } from '../operators/index.js';
import { fold } from './fold.js';

export interface RunOptions {
  readonly pass: OperatorPass;
  /** The value of a weight. */
  weight(name: string): Tensor;
}

/**
 * Builds the outputs of a graph from its inputs. What follows from shapes and constants alone is computed at once, so that
 * shapes may depend on it.
 * @throws AdjointError that names the node
 */
export function runGraph(graph: OnnxGraph, inputs: readonly Tensor[], options: RunOptions): Tensor[] {
  return runWithin(graph, inputs, options, new Map());
}

/** `outer` are the values around a graph inside another one. */
function runWithin(
  graph: OnnxGraph,
  inputs: readonly Tensor[],
  options: RunOptions,
  outer: ReadonlyMap<string, Tensor>,
): Tensor[] {
  const values = new Map(outer);
  for (const [name, packed] of Object.entries(graph.constants)) values.set(name, constant(unpackTensor(packed)));
  for (const name of Object.keys(graph.weights)) values.set(name, options.weight(name));
  graph.inputs.forEach(({ name }, i) => {
    const input = inputs[i];
    if (input) values.set(name, input);
  });
  const find = (name: string): Tensor => {
    const value = values.get(name);
    if (value) return value;
    throw new AdjointError('FILE_INVALID', `onnx: nothing gives the value '${name}' before it is read.`);
  };
  for (const node of graph.nodes) {
    const given = node.inputs.map((name) => (name === '' ? undefined : find(name)));
    const call = new Call(node, given, graph.opset, options.pass, (inner, own) =>
      runWithin(inner, own, options, values),
    );
    const isKnown = given.every((input) => input === undefined || input.value !== undefined);
    applied(node, call).forEach((result, i) => {
      const name = node.outputs[i];
      if (name && result) values.set(name, isKnown ? fold(result) : result);
    });
  }
  return graph.outputs.map(find);
}

function applied(node: OnnxNode, call: Call): readonly (Tensor | undefined)[] {
  const operator = node.domain === '' ? operators.get(node.op) : undefined;
  if (!operator) throw call.unsupported('this operator');
  try {
    const results = operator.apply(call);
    return results instanceof Tensor ? [results] : results;
  } catch (error) {
    if (!isAdjointError(error) || error.message.startsWith('onnx: ')) throw error;
    throw new AdjointError(error.code, `${nodeText(node)}: ${error.message}`, { cause: error });
  }
}
