import {
  AdjointError,
  evaluationContext,
  formatShape,
  severalOf,
  type BoundGraph,
  type HostTensor,
  type Model,
  type Shape,
  type Tensor,
  type TensorType,
} from '@adjoint/core';
import { count, custom, optional, schemaOf, validateOptions, valueText } from '@adjoint/core/options';
import { simplifyGraph } from '@adjoint/core/backend';
import { dimOf, type Dim } from './dims.js';
import { emitGraph } from './emit-graph.js';
import { GraphWriter } from './graph-writer.js';

export interface ExportOnnxOptions {
  /** A fixed number of examples; any number if not given. */
  readonly batch?: number;
  /** Shapes of one example by the names of the inputs; needed where a model leaves extents open. */
  readonly shapes?: Readonly<Record<string, Shape>>;
}

const exportOptions = schemaOf<ExportOnnxOptions>({
  batch: optional(count),
  shapes: optional(
    custom<Readonly<Record<string, Shape>>>(
      (value) => typeof value === 'object' && value !== null && Object.values(value).every(Array.isArray),
      'shapes by the names of inputs',
    ),
  ),
});

/** The numbers of examples for which a graph is built, to see what depends on them; a single one is special. */
const sampleExamples = 2;

/**
 * A model as ONNX, for inference: the bytes of a file. Inputs and outputs have the names of the model's, weights those of its
 * parameters; the first axis takes any number of examples unless `batch` fixes it.
 * @throws AdjointError `BACKEND_UNSUPPORTED` for layers that ONNX cannot express; `SHAPE_MISMATCH` where the graph is another
 * for another number of examples
 */
export async function exportOnnx(model: Model, options: ExportOnnxOptions = {}): Promise<Uint8Array> {
  validateOptions(exportOptions, options, 'exportOnnx');
  if (typeof (model as Partial<Model> | null)?.apply !== 'function')
    throw new AdjointError(
      'OPERAND_INVALID',
      `exportOnnx: the model is ${valueText(model)}; pass a model, such as trainer.model or await trainer.export().`,
    );
  const { batch } = options;
  const examples = batch ?? sampleExamples;
  const traced = model.engine.trace(
    (inputs) => model.apply(severalOf(inputs), evaluationContext(model.dtype)),
    'onnx',
  );
  const graphFor = (number: number): BoundGraph => {
    const { graph, bindings } = traced.graph(inputTypes(model, number, options.shapes));
    return { graph: simplifyGraph(graph), bindings };
  };
  const bound = graphFor(examples);
  const other = batch === undefined ? graphFor(examples + 1) : undefined;
  const dimsOf = (a: Shape, b: Shape | undefined): Dim[] =>
    a.map((extent, axis) => (b ? dimOf(examples, extent, b[axis] ?? extent) : extent));
  const types = inputTypes(model, examples, options.shapes);
  const others = other && inputTypes(model, examples + 1, options.shapes);
  const inputs = model.inputs.map(({ name, dtype }, i) => ({
    name,
    dtype,
    dims: dimsOf(types[i]?.shape ?? [], others?.[i]?.shape),
  }));
  const writer = new GraphWriter();
  for (const { name } of inputs) writer.reserve(name);
  writer.batchInput = inputs[0]?.name ?? '';
  const named = inputs.map(({ name }) => name);
  const leaves = await leavesOf(bound, writer, named, await model.weights(), model);
  const constants = constantsOf(bound);
  const { outputs } = bound.graph;
  const names = emitGraph(
    {
      roots: outputs,
      leaves,
      constants,
      ...(other && { twin: { roots: other.graph.outputs, constants: constantsOf(other), examples } }),
    },
    writer,
  );
  const results = outputs.map(({ dtype, shape }, i) => ({
    name: newName(model.composition.outputs[i] ?? `output_${i}`, inputs),
    dtype,
    dims: dimsOf(shape, other?.graph.outputs[i]?.shape),
    from: names[i] ?? '',
  }));
  return writer.finish(inputs, results, {});
}

/** An output that is named as an input needs another name. */
function newName(name: string, inputs: readonly { readonly name: string }[]): string {
  return inputs.some((input) => input.name === name) ? `${name}_output` : name;
}

function inputTypes(model: Model, examples: number, shapes: ExportOnnxOptions['shapes'] = {}): TensorType[] {
  return model.inputs.map(({ name, shape, dtype }) => {
    const given = shapes[name] ?? shape;
    const fixed = given.filter((extent) => extent !== null);
    if (fixed.length === given.length) return { shape: [examples, ...fixed], dtype };
    throw new AdjointError(
      'OPTIONS_INVALID',
      `exportOnnx: the input '${name}' has the shape ${formatShape(given)}, which leaves extents open; give one by { shapes: { ${name}: […] } }.`,
    );
  });
}

function constantsOf({ graph, bindings }: BoundGraph): Map<Tensor, ArrayLike<number>> {
  return new Map(
    graph.leaves.flatMap((leaf, i) => {
      const binding = bindings[i];
      return binding?.kind === 'constant' ? [[leaf, binding.value] as const] : [];
    }),
  );
}

/** Names of the leaves of a graph, whose variables and constants become initializers. */
async function leavesOf(
  { graph, bindings }: BoundGraph,
  writer: GraphWriter,
  inputs: readonly string[],
  weights: ReadonlyMap<string, HostTensor>,
  model: Model,
): Promise<Map<Tensor, string>> {
  const owned = new Map([...model.parameters, ...model.states].map(({ name, variable }) => [variable, name]));
  const leaves = new Map<Tensor, string>();
  for (const [i, leaf] of graph.leaves.entries()) {
    const binding = bindings[i];
    if (binding?.kind === 'argument') leaves.set(leaf, inputs[binding.index] ?? '');
    else if (binding?.kind === 'variable') {
      const name = owned.get(binding.variable);
      const value = (name === undefined ? undefined : weights.get(name)) ?? (await binding.variable.read());
      leaves.set(leaf, writer.constant(value, writer.reserve(name ?? binding.variable.name)));
    } else if (binding?.kind === 'constant') {
      leaves.set(leaf, writer.constant({ ...leaf.type, data: binding.value }));
    }
  }
  return leaves;
}
