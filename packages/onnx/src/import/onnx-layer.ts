import {
  AdjointError,
  defineLayer,
  severalOf,
  type Definition,
  type ForwardContext,
  type Initializer,
  type Parameter,
  type Several,
  type State,
  type Tensor,
} from '@adjoint/core';
import type { Schema } from '@adjoint/core/options';
import type { OnnxGraph, OnnxNode } from '../format/onnx-graph.js';
import { checkSupported } from '../graph/check-supported.js';
import { runGraph } from '../graph/run-graph.js';
import type { OperatorPass } from '../operators/call.js';
import { graphSchema } from './graph-schema.js';

const node = (op: string, inputs: string[], output: string): OnnxNode => {
  return { name: output, op, domain: '', inputs, outputs: [output], attributes: op === 'Gemm' ? { transB: 1 } : {} };
};

/** A whole graph of ONNX as one layer: its weights are parameters, its running statistics states. */
export const onnx: Definition<'layer', Schema<OnnxGraph>> = defineLayer({
  options: graphSchema,
  description: 'The graph of an ONNX model as a layer; decodeOnnx gives its options, and the values of its weights.',
  source: 'https://onnx.ai/onnx/operators/',
  examples: [
    {
      options: {
        opset: 13,
        inputs: [{ name: 'x', shape: [null, 3], dtype: 'float32' }],
        outputs: ['y'],
        nodes: [node('Gemm', ['x', 'kernel', 'bias'], 'a'), node('Tanh', ['a'], 'y')],
        constants: {},
        weights: { kernel: { shape: [2, 3], role: 'kernel' }, bias: { shape: [2], role: 'bias' } },
      },
      inputs: [[3]],
    },
  ],
  create(graph, context) {
    // What a model starts from that is built without the weights of the file.
    const initializers: Readonly<Record<string, Initializer>> = {
      kernel: context.create('initializer', 'heUniform'),
      bias: context.create('initializer', 'zeros'),
      scale: context.create('initializer', 'ones'),
    };
    return {
      ports: graph.inputs.map(({ name }) => name),
      build(inputs, scope) {
        checkSupported(graph, 'onnx');
        if (inputs.length !== graph.inputs.length)
          throw new AdjointError(
            'OPTIONS_INVALID',
            `onnx: the graph takes ${graph.inputs.length} inputs (${graph.inputs.map(({ name }) => name).join(', ')}); found ${inputs.length}.`,
          );
        const owned = new Map(
          Object.entries(graph.weights).map(([name, { shape, role }]): [string, Parameter | State] => {
            if (role === 'mean' || role === 'variance')
              return [name, scope.state(name, shape, role === 'mean' ? 0 : 1)];
            const initialize = initializers[role] ?? initializers['kernel']!;
            return [name, scope.parameter(name, shape, { initialize, role })];
          }),
        );
        return (tensors, pass) => outputsOf(graph, owned, tensors, pass);
      },
    };
  },
});

function outputsOf(
  graph: OnnxGraph,
  owned: ReadonlyMap<string, Parameter | State>,
  tensors: Several<Tensor>,
  pass: ForwardContext,
): Several<Tensor> {
  const find = (name: string): Parameter | State => {
    const found = owned.get(name);
    if (found) return found;
    throw new AdjointError('OPTIONS_INVALID', `onnx: the graph has no weight '${name}'.`);
  };
  const stateOf = (name: string): State | undefined => {
    const found = owned.get(name);
    return found?.role === 'state' ? (found as State) : undefined;
  };
  const exported = graph.inputs[0]?.shape[0] ?? undefined;
  const operatorPass: OperatorPass = {
    training: pass.training,
    random: (place) => pass.random(place),
    update(name, value) {
      const state = stateOf(name);
      if (state) pass.update(state, value);
    },
    isState: (name) => stateOf(name) !== undefined,
    batch: exported === undefined ? undefined : { exported, actual: tensors[0].shape[0] ?? exported },
  };
  const outputs = runGraph(graph, tensors, { pass: operatorPass, weight: (name) => pass.value(find(name)) });
  return severalOf(outputs);
}
