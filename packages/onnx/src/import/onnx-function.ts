import { AdjointError, type App, type Engine, type HostTensor, type Tensor } from '@adjoint/core';
import type { OnnxGraph } from '../format/onnx-graph.js';
import { staticValues } from '../graph/needed.js';
import { runGraph } from '../graph/run-graph.js';
import type { OperatorPass } from '../operators/call.js';
import type { DecodedOnnx } from './import-onnx.js';

const evaluating: OperatorPass = {
  training: false,
  random() {
    throw new AdjointError('ATTRIBUTE_INVALID', 'onnx: random numbers are drawn while training only.');
  },
  update() {},
  isState: () => false,
  batch: undefined,
};

/**
 * Runs a graph once, for inputs of any shape, without a batch axis. Inputs on which shapes depend become constants.
 * @throws AdjointError `DATA_INVALID` if one is missing
 */
export async function runOnnx(
  { engine }: Pick<App, 'engine'> | { readonly engine: Engine },
  { graph, weights }: Pick<DecodedOnnx, 'graph' | 'weights'>,
  inputs: ReadonlyMap<string, HostTensor>,
): Promise<HostTensor[]> {
  const statics = staticValues(graph);
  const given = graph.inputs.map(({ name }) => inputFor(graph, inputs, name));
  const varying = graph.inputs.flatMap(({ name }, i) => (statics.has(name) ? [] : [given[i]!]));
  const traced = engine.trace((tensors) => {
    let next = 0;
    const own = graph.inputs.map(({ name }, i): Tensor =>
      statics.has(name) ? engine.tensor(given[i]!) : tensors[next++]!,
    );
    return runGraph(graph, own, { pass: evaluating, weight: (name) => engine.tensor(weights.get(name)!) });
  }, 'onnx');
  return traced.call(varying);
}

function inputFor(graph: OnnxGraph, inputs: ReadonlyMap<string, HostTensor>, name: string): HostTensor {
  const given = inputs.get(name);
  if (given) return given;
  throw new AdjointError(
    'DATA_INVALID',
    `onnx: the input '${name}' is missing; the graph takes ${graph.inputs.map((input) => input.name).join(', ')}.`,
  );
}
