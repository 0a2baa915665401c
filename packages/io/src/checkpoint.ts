import {
  AdjointError,
  type Composition,
  type HostTensor,
  type TrainerMetadata,
  type TrainerState,
} from '@adjoint/core';
import { decodeSafetensors, encodeSafetensors } from './safetensors.js';

/** Under this key the header of a file holds what is no tensor. */
const key = 'adjoint';

/** A model alone: what it is composed of, and its weights by name. */
export interface SavedModel {
  readonly composition: Composition;
  readonly weights: ReadonlyMap<string, HostTensor>;
}

/**
 * A trainer's state as one safetensors file: weights, running statistics, optimizer slots and metric states as tensors,
 * composition, plugin versions, loader position and seed as JSON in the header.
 */
export function encodeCheckpoint({ metadata, tensors }: TrainerState): Uint8Array {
  return encodeSafetensors(tensors, { [key]: JSON.stringify(metadata) });
}

/** Reads what `encodeCheckpoint` wrote. Throws an AdjointError `FILE_INVALID`, naming `source`, for anything else. */
export function decodeCheckpoint(
  bytes: Uint8Array,
  { source = 'checkpoint' }: { readonly source?: string } = {},
): TrainerState {
  const { tensors, metadata } = decodeSafetensors(bytes, { source });
  const parsed = readHeader(metadata.get(key), source, 'adjoint/trainer/1');
  return { metadata: parsed as unknown as TrainerMetadata, tensors };
}

/** A model's composition and weights as one safetensors file. */
export function encodeModel({ composition, weights }: SavedModel): Uint8Array {
  return encodeSafetensors(weights, { [key]: JSON.stringify({ format: 'adjoint/model/1', composition }) });
}

/** Reads what `encodeModel` wrote, or the model in a checkpoint. Throws an AdjointError `FILE_INVALID` for anything else. */
export function decodeModel(bytes: Uint8Array, { source = 'model' }: { readonly source?: string } = {}): SavedModel {
  const { tensors, metadata } = decodeSafetensors(bytes, { source });
  const header = readHeader(metadata.get(key), source, 'adjoint/model/1', 'adjoint/trainer/1');
  const composition = header['composition'] as Composition;
  if (header['format'] === 'adjoint/model/1') return { composition, weights: tensors };
  const own = [...tensors].flatMap(([name, tensor]) =>
    name.startsWith('model/') ? [[name.slice(6), tensor] as const] : [],
  );
  return { composition, weights: new Map(own) };
}

function readHeader(
  text: string | undefined,
  source: string,
  ...formats: readonly string[]
): Readonly<Record<string, unknown>> {
  const invalid = (found: string): AdjointError =>
    new AdjointError(
      'FILE_INVALID',
      `${source}: expected a file of format ${formats.join(' or ')}, found ${found}. Nothing was changed.`,
    );
  if (text === undefined) throw invalid('a safetensors file that Adjoint did not write');
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw invalid('a header that is no JSON');
  }
  if (typeof header !== 'object' || header === null) throw invalid('a header that is no object');
  const { format, composition } = header as Record<string, unknown>;
  if (!formats.includes(format as string)) throw invalid(`format ${JSON.stringify(format)}`);
  if (!isComposition(composition)) throw invalid('no composition of a model');
  return header as Readonly<Record<string, unknown>>;
}

function isComposition(value: unknown): value is Composition {
  const { inputs, layers, output } = (value ?? {}) as Record<string, unknown>;
  return Array.isArray(inputs) && Array.isArray(layers) && typeof output === 'string';
}
