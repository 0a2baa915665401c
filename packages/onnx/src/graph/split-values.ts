import { hostTensor, isFloat, sizeOf, type HostTensor } from '@adjoint/core';
import type { OnnxGraph, OnnxWeight, PackedTensor, WeightRole } from '../format/onnx-graph.js';
import { packTensor } from '../format/packed-tensor.js';
import { operators } from '../operators/index.js';
import { dtypeOf, type DecodedModel } from './decode-model.js';
import { innerGraphs, namesRead, nodesFor, staticValues } from './needed.js';

/** A graph with its constants, and the values of its weights by name. */
export interface SplitModel {
  readonly graph: OnnxGraph;
  readonly weights: Map<string, HostTensor>;
  readonly dtype: 'float32' | 'float64';
}

/**
 * Cuts a model down to what its outputs need, and tells weights from constants. Floats are weights, but for single numbers
 * that no operator calls its weight (an epsilon, a factor), and for what decides on shapes.
 */
export function splitValues(model: DecodedModel, outputs = model.graph.outputs): SplitModel {
  const nodes = nodesFor(model.graph.nodes, outputs);
  const read = new Set([...nodes.flatMap(namesRead), ...outputs]);
  const whole = { ...model.graph, nodes, outputs };
  const statics = staticValues(whole);
  const fixed = new Set([...statics, ...outputs, ...nodes.flatMap((node) => innerNames(node))]);
  const roles = rolesOf(whole);
  const dtype = dtypeOf(model);
  const constants: [string, PackedTensor][] = [];
  const weights = new Map<string, HostTensor>();
  const described: [string, OnnxWeight][] = [];
  for (const [name, value] of model.values) {
    if (!read.has(name)) continue;
    const role = roles.get(name);
    const isWeight = isFloat(value.dtype) && !fixed.has(name) && (role !== undefined || sizeOf(value.shape) > 1);
    if (!isWeight) {
      constants.push([name, packTensor(value)]);
      continue;
    }
    weights.set(name, hostTensor(value, undefined, dtype));
    described.push([name, { shape: value.shape, role: role ?? (value.shape.length > 1 ? 'kernel' : 'scale') }]);
  }
  const inputs = whole.inputs.filter(({ name }) => read.has(name));
  return {
    graph: { ...whole, inputs, constants: Object.fromEntries(constants), weights: Object.fromEntries(described) },
    weights,
    dtype,
  };
}

/** What the graphs within a node read. */
function innerNames(node: OnnxGraph['nodes'][number]): string[] {
  return innerGraphs(node).flatMap(({ nodes, outputs }) => [...nodes.flatMap(namesRead), ...outputs]);
}

/** What operators make of the values that they are given by name. */
function rolesOf({ nodes }: OnnxGraph): Map<string, WeightRole> {
  const roles = new Map<string, WeightRole>();
  const byUse = nodes.flatMap(({ op, inputs }) =>
    Object.entries(operators.get(op)?.roles ?? {}).flatMap(([index, role]) => {
      const name = inputs[Number(index)];
      return name ? [[name, role] as const] : [];
    }),
  );
  for (const [name, role] of byUse) if (!roles.has(name)) roles.set(name, role);
  return roles;
}
