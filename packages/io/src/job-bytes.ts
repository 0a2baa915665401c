import {
  AdjointError,
  errorOf,
  failureOf,
  hostTensor,
  type DataReference,
  type Failure,
  type HostTensor,
  type Job,
  type JobResult,
  type TrainerState,
  type OwnBytes,
} from '@adjoint/core';
import { decodeOptions, type DecodeOptions } from './decode-options.js';
import { parseMetadata, stringifyMetadata } from './metadata-json.js';
import { decodeSafetensors, encodeSafetensors, type Safetensors } from './safetensors.js';

/** Under this key the header holds what is no tensor. */
const key = 'adjoint';

/** What is sent is not kept for long: both sides have one version. */
const jobFormat = 'adjoint/job/1';
const resultFormat = 'adjoint/result/1';

/** Tensors stand in the header by their names. */
interface StateHeader {
  readonly metadata: TrainerState['metadata'];
  readonly names: readonly string[];
}
type JobHeader = Omit<Job<unknown>, 'weights' | 'state'> & {
  readonly weights?: readonly string[];
  readonly state?: StateHeader;
};
type ResultHeader = Omit<JobResult, 'weights' | 'state' | 'error'> & {
  readonly weights: readonly string[];
  readonly state?: StateHeader;
  readonly error?: Failure;
};

/**
 * A job as one safetensors file, for a worker elsewhere; equal jobs give equal bytes. Its references to data are plain JSON:
 * see `portableJob` of core.
 */
export function encodeJob(job: Job<unknown>): OwnBytes {
  const { train, validation, weights, state, ...others } = job;
  const tensors = new Map<string, HostTensor>();
  const metadata = {
    format: jobFormat,
    ...others,
    train: putReference(tensors, 'train', train),
    ...(validation && { validation: putReference(tensors, 'validation', validation) }),
    ...(weights && { weights: putAll(tensors, 'weights', weights) }),
    ...(state && { state: putState(tensors, state) }),
  };
  return encodeSafetensors(tensors, { [key]: stringifyMetadata(metadata) });
}

/** Reads what `encodeJob` wrote. Throws an AdjointError `FILE_INVALID` for anything else. */
export function decodeJob(bytes: Uint8Array | ArrayBuffer, options: DecodeOptions = {}): Job<unknown> {
  const { source = 'job' } = decodeOptions(options);
  const file = decodeSafetensors(bytes, { ...options, source });
  const { weights, state, train, validation, ...others } = headerOf<JobHeader>(file, jobFormat, source);
  return {
    ...others,
    train: takeReference(file, 'train', train),
    ...(validation && { validation: takeReference(file, 'validation', validation) }),
    ...(weights && { weights: takeAll(file, 'weights', weights) }),
    ...(state && { state: takeState(file, state) }),
  };
}

/** What a job leaves behind, as one safetensors file. */
export function encodeResult({ weights, state, error, ...others }: JobResult): OwnBytes {
  const tensors = new Map<string, HostTensor>();
  const metadata = {
    format: resultFormat,
    ...others,
    weights: putAll(tensors, 'weights', weights),
    ...(state && { state: putState(tensors, state) }),
    ...(error !== undefined && { error: failureOf(error) }),
  };
  return encodeSafetensors(tensors, { [key]: stringifyMetadata(metadata) });
}

/** Reads what `encodeResult` wrote. Throws an AdjointError `FILE_INVALID` for anything else. */
export function decodeResult(bytes: Uint8Array | ArrayBuffer, options: DecodeOptions = {}): JobResult {
  const { source = 'result' } = decodeOptions(options);
  const file = decodeSafetensors(bytes, { ...options, source });
  const { weights, state, error, ...others } = headerOf<ResultHeader>(file, resultFormat, source);
  return {
    ...others,
    weights: takeAll(file, 'weights', weights),
    ...(state && { state: takeState(file, state) }),
    ...(error && { error: errorOf(error) }),
  };
}

function headerOf<Metadata>({ metadata }: Safetensors, format: string, source: string): Metadata {
  let found: { readonly format?: unknown } | undefined;
  try {
    found = parseMetadata(metadata.get(key) ?? 'null') as typeof found;
  } catch {
    found = undefined;
  }
  const { format: written, ...others } = found ?? {};
  if (written === format) return others as Metadata;
  throw new AdjointError(
    'FILE_INVALID',
    `${source}: expected the format ${format}, found ${JSON.stringify(written) ?? 'none'}. Use one version of Adjoint on all machines.`,
  );
}

/** Gives the names, since a safetensors file has an order of its own. */
function putAll(tensors: Map<string, HostTensor>, place: string, own: ReadonlyMap<string, HostTensor>): string[] {
  for (const [name, tensor] of own) tensors.set(`${place}/${name}`, tensor);
  return [...own.keys()];
}

function takeAll({ tensors }: Safetensors, place: string, names: readonly string[]): Map<string, HostTensor> {
  const found = names.map((name) => [name, tensors.get(`${place}/${name}`)] as const);
  return new Map(found.filter((entry): entry is [string, HostTensor] => entry[1] !== undefined));
}

function putState(tensors: Map<string, HostTensor>, { metadata, tensors: own }: TrainerState): StateHeader {
  return { metadata, names: putAll(tensors, 'state', own) };
}

function takeState(file: Safetensors, { metadata, names }: StateHeader): TrainerState {
  return { metadata, tensors: takeAll(file, 'state', names) };
}

function putReference(
  tensors: Map<string, HostTensor>,
  place: string,
  { data, indices, weights, targets }: DataReference<unknown>,
): object {
  if (indices) tensors.set(`${place}/indices`, hostTensor(indices));
  if (weights) tensors.set(`${place}/weights`, hostTensor(weights));
  if (targets) tensors.set(`${place}/targets`, targets);
  return { data };
}

function takeReference(
  { tensors }: Safetensors,
  place: string,
  { data }: DataReference<unknown>,
): DataReference<unknown> {
  const [indices, weights, targets] = ['indices', 'weights', 'targets'].map((name) => tensors.get(`${place}/${name}`));
  return {
    data,
    ...(indices?.data instanceof Int32Array && { indices: indices.data }),
    ...(weights?.data instanceof Float32Array && { weights: weights.data }),
    ...(targets && { targets }),
  };
}
