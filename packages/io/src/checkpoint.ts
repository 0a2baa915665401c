import {
  AdjointError,
  joinBytes,
  savable,
  savableOptions,
  type Composition,
  type HostTensor,
  type OwnBytes,
  type TrainerState,
} from '@adjoint/core';
import * as v from 'valibot';
import { decodeOptions, type DecodeOptions } from './decode-options.js';
import { eitherSchema, trainerSchema, type ModelMetadata } from './checkpoint-schema.js';
import { parseMetadata, stringifyMetadata } from './metadata-json.js';
import { decodeSafetensors, safetensorsPieces, type Safetensors } from './safetensors.js';

/** Under this key the header of a file holds what is no tensor. */
const key = 'adjoint';

/** The tensor of a file that holds code beside the weights; no name of a layer has a colon. */
const codeName = 'adjoint:code';

/** How the tensors of a model are named in a checkpoint. */
const modelPrefix = 'model/';

/** A model alone: what it is composed of, and its weights by name. */
export interface SavedModel {
  readonly composition: Composition;
  readonly weights: ReadonlyMap<string, HostTensor>;
  /** What `@adjoint/standalone` runs: the model's code as WebAssembly, int32 [words]. */
  readonly code?: HostTensor;
}

/**
 * A trainer's state as one safetensors file: weights, running statistics, optimizer slots and metric states as tensors,
 * composition, options, plugin versions, position and seeds as JSON in the header.
 * @throws AdjointError `OPTIONS_INVALID` that names what JSON cannot hold
 */
export function encodeCheckpoint(state: TrainerState): OwnBytes {
  return joinBytes(checkpointPieces(state));
}

/** The bytes of a checkpoint in pieces, which are the tensors themselves. */
export function checkpointPieces(state: TrainerState): Uint8Array[] {
  const { metadata, tensors } = state ?? {};
  if (!metadata || !(tensors instanceof Map))
    throw new AdjointError(
      'OPTIONS_INVALID',
      'checkpoint: there is no state to encode; pass what await trainer.state() gives.',
    );
  savable(metadata.composition);
  savableOptions(metadata.trainer);
  return safetensorsPieces(tensors, { [key]: stringifyMetadata(metadata) });
}

/** Reads what `encodeCheckpoint` wrote. Throws an AdjointError `FILE_INVALID`, naming `source`, for anything else. */
export function decodeCheckpoint(bytes: Uint8Array | ArrayBuffer, options: DecodeOptions = {}): TrainerState {
  const { source = 'checkpoint' } = decodeOptions(options);
  return checkpointIn(decodeSafetensors(bytes, { ...options, source }), source);
}

/** The checkpoint in a safetensors file. */
export function checkpointIn({ tensors, metadata }: Safetensors, source: string): TrainerState {
  return { metadata: readMetadata(metadata, trainerSchema, 'a checkpoint', source), tensors };
}

/**
 * A model's composition and weights as one safetensors file.
 * @throws AdjointError `OPTIONS_INVALID` that names a layer whose options JSON cannot hold
 */
export function encodeModel(model: SavedModel): OwnBytes {
  return joinBytes(modelPieces(model));
}

/** The bytes of a model's file in pieces, which are the weights themselves. */
export function modelPieces(model: SavedModel): Uint8Array[] {
  const { composition, weights, code } = model ?? {};
  if (!composition || !(weights instanceof Map))
    throw new AdjointError(
      'OPTIONS_INVALID',
      'model: there is nothing to encode; pass { composition: model.composition, weights: await model.weights() }.',
    );
  const metadata: ModelMetadata = { format: 'adjoint/model/2', composition: savable(composition) };
  const tensors = code ? new Map([...weights, [codeName, code]]) : weights;
  return safetensorsPieces(tensors, { [key]: stringifyMetadata(metadata) });
}

/** Reads what `encodeModel` wrote, or the model in a checkpoint. Throws an AdjointError `FILE_INVALID` for anything else. */
export function decodeModel(bytes: Uint8Array | ArrayBuffer, options: DecodeOptions = {}): SavedModel {
  const { source = 'model' } = decodeOptions(options);
  return modelIn(decodeSafetensors(bytes, { ...options, source }), source);
}

/** The model in a safetensors file. */
export function modelIn({ tensors, metadata }: Safetensors, source: string): SavedModel {
  const { format, composition } = readMetadata(metadata, eitherSchema, 'a model or a checkpoint', source);
  if (format === 'adjoint/model/2') {
    const weights = new Map(tensors);
    weights.delete(codeName);
    const code = tensors.get(codeName);
    return { composition, weights, ...(code && { code }) };
  }
  const own = [...tensors].filter(([name]) => name.startsWith(modelPrefix));
  return { composition, weights: new Map(own.map(([name, tensor]) => [name.slice(modelPrefix.length), tensor])) };
}

function readMetadata<Metadata>(
  entries: ReadonlyMap<string, string>,
  schema: v.GenericSchema<unknown, Metadata>,
  expected: string,
  source: string,
): Metadata {
  const invalid = (found: string, cause?: unknown): AdjointError =>
    new AdjointError('FILE_INVALID', `${source}: expected ${expected} of Adjoint, found ${found}. Use another file.`, {
      cause,
    });
  const text = entries.get(key);
  if (text === undefined) throw invalid('a safetensors file that Adjoint did not write');
  let parsed: unknown;
  try {
    parsed = upgraded(parseMetadata(text));
  } catch (cause) {
    throw invalid('metadata that is no JSON', cause);
  }
  const { issues } = v.safeParse(schema, parsed, { abortEarly: true });
  // The value as it was written, not the schema's copy: the order of keys counts when compositions are compared.
  if (!issues) return parsed as Metadata;
  if (expected === 'a checkpoint' && (parsed as Partial<ModelMetadata> | null)?.format === 'adjoint/model/2')
    throw invalid('a saved model without its training (adjoint train keeps that in run.safetensors)');
  const [{ received, expected: wanted, message }] = issues;
  throw invalid(
    `metadata whose ${v.getDotPath(issues[0]) ?? 'root'} is ${received.slice(0, 60)} instead of ${wanted ?? message}`,
  );
}

/**
 * Metadata of the first formats as they are written now. Models had one output; trainers did not say their options, so
 * that their models can be read, and their runs not be finished.
 */
function upgraded(metadata: unknown): unknown {
  const { format, composition } = (metadata ?? {}) as { readonly format?: unknown; readonly composition?: unknown };
  if (format !== 'adjoint/model/1' && format !== 'adjoint/trainer/1') return metadata;
  const { output, ...others } = (composition ?? {}) as { readonly output?: unknown };
  return {
    ...(metadata as object),
    ...(format === 'adjoint/trainer/1' && { trainer: {}, modelSeed: 0, run: undefined }),
    format: format.replace('/1', '/2'),
    composition: { ...others, outputs: [output] },
  };
}
