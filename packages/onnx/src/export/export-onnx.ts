import {
  AdjointError,
  evaluationContext,
  formatShape,
  severalOf,
  type Model,
  type Shape,
  type TensorType,
} from '@adjoint/core';
import { count, custom, optional, schemaOf, validateOptions, valueText } from '@adjoint/core/options';
import { writeFunction } from './write-function.js';

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
  const { batch, shapes } = options;
  const examples = batch ?? sampleExamples;
  const names = new Map([...model.parameters, ...model.states].map(({ name, variable }) => [variable, name]));
  return writeFunction({
    traced: model.engine.trace((inputs) => model.apply(severalOf(inputs), evaluationContext(model.dtype)), 'onnx'),
    types: inputTypes(model, examples, shapes),
    inputs: model.inputs.map(({ name }) => name),
    outputs: model.composition.outputs,
    nameOf: (variable) => names.get(variable) ?? variable.name,
    ...(batch === undefined && { twin: { types: inputTypes(model, examples + 1, shapes), examples } }),
  });
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
