import type { BoundGraph, Tensor, TracedFunction, TensorType, Variable } from '@adjoint/core';
import { simplifyGraph } from '@adjoint/core/backend';
import { dimOf, type Dim } from './dims.js';
import { emitGraph } from './emit-graph.js';
import { GraphWriter } from './graph-writer.js';

/** A function that is to be written, and what its inputs, outputs and variables are called. */
export interface WrittenFunction {
  readonly traced: TracedFunction;
  /** Types of the inputs. */
  readonly types: readonly TensorType[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  nameOf(variable: Variable): string;
  /** Types for one more example, where the number of examples, which is that of `types`, is left open. */
  readonly twin?: { readonly types: readonly TensorType[]; readonly examples: number };
}

/** The bytes of a function without updates as an ONNX model; the values of its variables are in it. */
export async function writeFunction(written: WrittenFunction): Promise<Uint8Array> {
  const { traced, types, twin } = written;
  const bound = simplified(traced, types);
  const other = twin && simplified(traced, twin.types);
  const valueOf = (name: string, { dtype, shape }: TensorType, otherType: TensorType | undefined) => ({
    name,
    dtype,
    dims: shape.map((extent, axis): Dim => {
      return twin && otherType ? dimOf(twin.examples, extent, otherType.shape[axis] ?? extent) : extent;
    }),
  });
  const inputs = types.map((type, i) => valueOf(written.inputs[i] ?? `input${i}`, type, twin?.types[i]));
  const names = inputs.map(({ name }) => name);
  const writer = new GraphWriter();
  for (const name of names) writer.reserve(name);
  writer.batchInput = names[0] ?? '';
  const leaves = await leavesOf(bound, writer, names, written.nameOf);
  const { outputs: roots } = bound.graph;
  const { names: from } = emitGraph(
    {
      roots,
      leaves,
      constants: constantsOf(bound),
      ...(twin &&
        other && { twin: { roots: other.graph.outputs, constants: constantsOf(other), examples: twin.examples } }),
    },
    writer,
  );
  const results = roots.map((root, i) => ({
    ...valueOf(outputName(written.outputs[i] ?? `output${i}`, names), root, other?.graph.outputs[i]),
    from: from[i] ?? '',
  }));
  return writer.finish(inputs, results, {});
}

function simplified(traced: TracedFunction, types: readonly TensorType[]): BoundGraph {
  const { graph, bindings } = traced.graph(types);
  return { graph: simplifyGraph(graph), bindings };
}

/** An output that is called like an input needs another name. */
function outputName(name: string, inputs: readonly string[]): string {
  return inputs.includes(name) ? `${name}_output` : name;
}

/** Names of the leaves of a graph, whose variables and constants become initializers. */
async function leavesOf(
  { graph, bindings }: BoundGraph,
  writer: GraphWriter,
  inputs: readonly string[],
  nameOf: (variable: Variable) => string,
): Promise<Map<Tensor, string>> {
  const leaves = new Map<Tensor, string>();
  for (const [i, leaf] of graph.leaves.entries()) {
    const binding = bindings[i];
    if (binding?.kind === 'argument') leaves.set(leaf, inputs[binding.index] ?? '');
    else if (binding?.kind === 'variable') {
      const value = await binding.variable.read();
      leaves.set(leaf, writer.constant(value, writer.newName(nameOf(binding.variable))));
    } else if (binding?.kind === 'constant') {
      leaves.set(leaf, writer.constant({ ...leaf.type, data: binding.value }));
    }
  }
  return leaves;
}

function constantsOf({ graph, bindings }: BoundGraph): Map<Tensor, ArrayLike<number>> {
  return new Map(
    graph.leaves.flatMap((leaf, i) => {
      const binding = bindings[i];
      return binding?.kind === 'constant' ? [[leaf, binding.value] as const] : [];
    }),
  );
}
