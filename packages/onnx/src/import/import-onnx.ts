import {
  AdjointError,
  mapSeveral,
  severalOf,
  type App,
  type HostTensor,
  type Model,
  type VaryingShape,
} from '@adjoint/core';
import {
  array,
  custom,
  maxBytesOption,
  optional,
  schemaOf,
  string,
  validateOptions,
  valueText,
} from '@adjoint/core/options';
import type { ExternalData } from '../format/decode-tensor.js';
import type { OnnxGraph, OnnxInput } from '../format/onnx-graph.js';
import { checkSupported } from '../graph/check-supported.js';
import { decodeModel } from '../graph/decode-model.js';
import { splitValues } from '../graph/split-values.js';
import { onnxPlugin } from './plugin.js';

export interface DecodeOnnxOptions {
  /**
   * Names of values that the model shall give, in the place of those of the file: an inner one makes a backbone of it.
   */
  readonly outputs?: readonly string[];
  /** What errors call the file; `onnx` if not given. */
  readonly source?: string;
  /** Bytes of the files in which a model keeps large tensors, by the paths that it names. */
  readonly external?: ExternalData;
  /** Bytes that the tensors of the file may take in memory, for files of strangers; any number if not given. */
  readonly maxBytes?: number;
}

export interface ImportOnnxOptions extends DecodeOnnxOptions {
  /** Name of the layer, with which the names of all weights begin; `onnx` if not given. */
  readonly name?: string;
  /** Shapes of one example by input, null for what may vary; for inputs of which the file says less, or something else. */
  readonly shapes?: Readonly<Record<string, VaryingShape>>;
}

/** A model that was read, without an app. */
export interface DecodedOnnx {
  /** The options of the layer `onnx`. */
  readonly graph: OnnxGraph;
  /** Its weights by name: `model.load(weights, { into: layer })` gives them to that layer. */
  readonly weights: Map<string, HostTensor>;
  readonly dtype: 'float32' | 'float64';
}

const options = {
  outputs: optional(array(string)),
  source: optional(string),
  external: optional(custom<ExternalData>((value) => typeof value === 'function', 'a function from a path to bytes')),
  maxBytes: maxBytesOption,
};
const decodeOptions = schemaOf<DecodeOnnxOptions>(options);
const importOptions = schemaOf<ImportOnnxOptions>({
  ...options,
  name: optional(string),
  shapes: optional(
    custom<Readonly<Record<string, VaryingShape>>>(
      (value) => typeof value === 'object' && value !== null && Object.values(value).every(Array.isArray),
      'shapes by the names of inputs',
    ),
  ),
});

/**
 * Reads the bytes of an ONNX model (operators of versions 6 to 24).
 * @throws AdjointError `FILE_INVALID` for other bytes, and for operators that are not supported, all of which it lists
 */
export function decodeOnnx(bytes: Uint8Array | ArrayBuffer, given: DecodeOnnxOptions = {}): DecodedOnnx {
  validateOptions(decodeOptions, given, 'decodeOnnx');
  const { source = 'onnx', external, outputs, maxBytes } = given;
  const model = decodeModel(bytesOf(bytes, source), { source, external, maxBytes });
  const known = new Set([...model.graph.nodes.flatMap((node) => node.outputs), ...model.graph.outputs]);
  const unknown = outputs?.find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new AdjointError(
      'OPTIONS_INVALID',
      `${source}: no node gives '${unknown}'; its outputs are ${model.graph.outputs.join(', ')}.`,
    );
  const split = splitValues(model, outputs);
  checkSupported(split.graph, source);
  return split;
}

/**
 * An ONNX model as a model of this app: its weights are parameters that can be trained and saved. Inputs and outputs are those
 * of the file, whose first axis must be that of the batch, also where the file fixes its extent.
 * @throws AdjointError `FILE_INVALID` for what cannot be read, or is not supported; `SHAPE_MISMATCH` for a graph that does
 * not go with batches
 */
export function importOnnx(app: App, bytes: Uint8Array | ArrayBuffer, given: ImportOnnxOptions = {}): Model {
  validateOptions(importOptions, given, 'importOnnx');
  const { name = 'onnx', shapes = {}, ...rest } = given;
  const { graph, weights, dtype } = decodeOnnx(bytes, rest);
  const unknown = Object.keys(shapes).find((input) => !graph.inputs.some((each) => each.name === input));
  if (unknown !== undefined)
    throw new AdjointError(
      'OPTIONS_INVALID',
      `importOnnx: shapes names '${unknown}', which is no input; there are ${graph.inputs.map((input) => input.name).join(', ')}.`,
    );
  app.use(onnxPlugin);
  const inputs = severalOf(
    graph.inputs.map((input, i) => ({
      name: placeName(input.name, i),
      shape: shapes[input.name] ?? exampleShape(input, rest.source ?? 'onnx'),
      dtype: input.dtype,
    })),
  );
  const composition = {
    inputs,
    layers: [{ name, inputs: mapSeveral(inputs, (input) => input.name), layer: { onnx: graph } }],
    outputs: mapSeveral(severalOf(graph.outputs), (_, i) => (i === 0 ? name : `${name}:${i}`)),
    ...(dtype === 'float64' && { dtype }),
  };
  return app.build(composition, {
    weights: new Map([...weights].map(([weight, value]) => [`${name}/${weight}`, value])),
  });
}

/** Names in a composition have no slash and no colon. */
function placeName(name: string, index: number): string {
  const plain = name.replaceAll(/[/:]/g, '_');
  return plain === '' ? `input_${index}` : plain;
}

function exampleShape({ name, shape }: OnnxInput, source: string): VaryingShape {
  if (shape.length > 0) return shape.slice(1);
  throw new AdjointError(
    'SHAPE_MISMATCH',
    `${source}: the input '${name}' has no axes, so that there is none for the examples of a batch.`,
  );
}

function bytesOf(given: Uint8Array | ArrayBuffer, source: string): Uint8Array {
  const kind = Object.prototype.toString.call(given).slice(8, -1);
  if (kind === 'Uint8Array') return given as Uint8Array;
  if (kind === 'ArrayBuffer') return new Uint8Array(given as ArrayBuffer);
  throw new AdjointError(
    'FILE_INVALID',
    `${source}: expected the bytes of a model in a Uint8Array or an ArrayBuffer, found ${valueText(given)}.`,
  );
}
