import {
  AdjointError,
  allocateArray,
  bytesPerElement,
  formatShape,
  isHostTensor,
  joinBytes,
  sizeOf,
  type HostTensor,
  type Shape,
  type TypedArray,
  type OwnBytes,
} from '@adjoint/core';
import { checkMaxBytes } from '@adjoint/core/options';
import { duplicateKey } from './duplicate-key.js';
import { bytesOf, decodeOptions, type DecodeOptions } from './decode-options.js';
import { storedNames, storedTypes } from './safetensors-dtype.js';

/** What a safetensors file holds. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, HostTensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** The limit of the reference implementation. */
const MAX_HEADER_BYTES = 100_000_000;

/** Names that stand for something else, here or in JavaScript objects. */
const RESERVED_NAMES = new Set(['__metadata__', '__proto__']);

/**
 * Writes tensors and metadata in the safetensors format (https://huggingface.co/docs/safetensors): the length of the header as
 * 8 bytes, the header as JSON padded with spaces to 8 bytes, then the elements, all little-endian. Wider elements come first, so
 * that every tensor is aligned; apart from that the order is kept. Equal content gives equal bytes.
 * @throws AdjointError `OPTIONS_INVALID` if a name is reserved or a tensor's data do not fill its shape
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, HostTensor> | Readonly<Record<string, HostTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): OwnBytes {
  return joinBytes(safetensorsPieces(tensors, metadata));
}

/** What `encodeSafetensors` writes, one after the other: the header, and the elements of each tensor where they are. */
export function safetensorsPieces(
  tensors: ReadonlyMap<string, HostTensor> | Readonly<Record<string, HostTensor>>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array[] {
  if (typeof tensors !== 'object' || tensors === null || typeof metadata !== 'object' || metadata === null)
    throw new AdjointError('OPTIONS_INVALID', 'safetensors: takes tensors by name, and texts by name as metadata.');
  const entries: [string, HostTensor][] = tensors instanceof Map ? [...tensors] : Object.entries(tensors);
  for (const [name, tensor] of entries)
    if (!isHostTensor(tensor))
      throw new AdjointError('OPTIONS_INVALID', `safetensors: '${name}' is no host tensor { data, shape, dtype }.`);
  entries.sort(([, a], [, b]) => bytesPerElement(b.dtype) - bytesPerElement(a.dtype));
  const header = new Map<string, unknown>();
  if (Object.keys(metadata).length > 0) header.set('__metadata__', metadata);
  let length = 0;
  for (const [name, { data, shape, dtype }] of entries) {
    if (RESERVED_NAMES.has(name))
      throw new AdjointError('OPTIONS_INVALID', `safetensors: '${name}' is reserved; give the tensor another name.`);
    if (sizeOf(shape) !== data.length || data.BYTES_PER_ELEMENT !== bytesPerElement(dtype)) {
      throw new AdjointError(
        'OPTIONS_INVALID',
        `safetensors: tensor '${name}' is ${dtype} ${formatShape(shape)}, but its data are ${data.length} elements of ${data.constructor.name}.`,
      );
    }
    header.set(name, { dtype: storedNames[dtype], shape, data_offsets: [length, length + data.byteLength] });
    length += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const headerLength = Math.ceil(json.length / 8) * 8;
  if (headerLength > MAX_HEADER_BYTES) {
    throw new AdjointError(
      'OPTIONS_INVALID',
      `safetensors: the header would take ${headerLength} bytes, more than the ${MAX_HEADER_BYTES} that readers accept; store less metadata.`,
    );
  }
  const head = new Uint8Array(8 + headerLength);
  new DataView(head.buffer).setBigUint64(0, BigInt(headerLength), true);
  head.set(json, 8);
  head.fill(0x20, 8 + json.length);
  // Host arrays are little-endian on every platform that V8, JavaScriptCore or SpiderMonkey run wasm on.
  return [head, ...entries.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength))];
}

/**
 * Reads a safetensors file. Beside what `encodeSafetensors` writes (F32, F64, I32, BOOL) it takes F16, BF16, F8_E4M3 and
 * F8_E5M2 as float32, and I8, U8, I16, U16, U32, I64 and U64 as int32. The arrays are copies that do not keep `bytes` alive.
 * @throws AdjointError `FILE_INVALID` if anything is not as the format wants it; then nothing is returned
 */
export function decodeSafetensors(given: Uint8Array | ArrayBuffer, options: DecodeOptions = {}): Safetensors {
  const { source = 'safetensors data', maxBytes } = decodeOptions(options);
  const bytes = bytesOf(given, source);
  const start = 8 + headerLengthOf(bytes, bytes.length, source);
  const content = bytes.subarray(start);
  const { entries, metadata } = readHeader(bytes.subarray(8, start), content.length, source, maxBytes);
  return { tensors: new Map(entries.map((entry) => [entry.name, readTensor(entry, content, source)])), metadata };
}

/** Where a tensor lies in the data. */
export interface Entry {
  readonly name: string;
  readonly storedAs: string;
  readonly shape: Shape;
  readonly start: number;
  readonly end: number;
}

/** What a header says, checked; `length` is that of the data after it, in bytes. */
export function readHeader(
  bytes: Uint8Array,
  length: number,
  source: string,
  maxBytes?: number,
): { readonly entries: readonly Entry[]; readonly metadata: ReadonlyMap<string, string> } {
  const header = parseHeader(bytes, source);
  const metadata = readMetadata(header['__metadata__'], source);
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => readEntry(name, value, source))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  let end = 0;
  for (const entry of entries) {
    if (entry.start !== end) {
      throw invalid(
        source,
        `tensor '${entry.name}' starts at byte ${entry.start} of the data, expected ${end}: tensors may neither overlap nor leave holes`,
      );
    }
    end = entry.end;
  }
  if (end !== length) {
    throw invalid(
      source,
      `the header describes ${end} bytes of data, found ${length}: the file is ${length < end ? 'cut off' : 'followed by something else'}`,
    );
  }
  // What is stored in few bytes may take more in memory.
  const sizes = entries.map(({ storedAs, shape }) => sizeOf(shape) * bytesPerElement(storedTypes.get(storedAs)!.dtype));
  checkMaxBytes(
    sizes.reduce((sum, size) => sum + size, 0),
    maxBytes,
    source,
  );
  return { entries, metadata };
}

/** Of the header, by the first nine bytes at least; `size` is that of the whole file. */
export function headerLengthOf(bytes: Uint8Array, size: number, source: string): number {
  if (bytes.length < 8) throw invalid(source, `expected at least 8 bytes, found ${bytes.length}`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  // The length of a header may begin with the same bytes, but JSON follows it.
  if (bytes[8] !== 0x7b && isPickled(bytes)) throw new AdjointError('FILE_INVALID', `${source}: ${pickledHint}`);
  if (length > MAX_HEADER_BYTES)
    throw invalid(
      source,
      `it does not begin as a safetensors file does: its header would be ${length} bytes long, the most is ${MAX_HEADER_BYTES}`,
    );
  if (8 + Number(length) > size)
    throw invalid(source, `the header is ${length} bytes long, but only ${size - 8} follow: the file is cut off`);
  return Number(length);
}

/** How a file of torch.save becomes one that can be read. */
const pickledHint = `it seems to be written by torch.save (.pt, .pth): a program in pickled form, which is not run here. Convert it in Python:
  import torch; from safetensors.torch import save_file
  save_file({k: v.contiguous().clone() for k, v in torch.load('model.pth', map_location='cpu', weights_only=True).items()}, 'model.safetensors')
If the weights lie deeper in what torch.load gives, take that part, such as ['state_dict'].`;

/** A zip file, as torch.save writes since 1.6, or the pickle of before. */
function isPickled([first, second, third, fourth]: Uint8Array): boolean {
  const isZip = first === 0x50 && second === 0x4b && third === 3 && fourth === 4;
  return isZip || (first === 0x80 && (second ?? 0) >= 2 && (second ?? 0) <= 5);
}

function parseHeader(bytes: Uint8Array, source: string): Record<string, unknown> {
  let value: unknown;
  let duplicate: string | undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
    duplicate = duplicateKey(text);
  } catch (cause) {
    throw invalid(source, 'the header is not JSON in UTF-8', cause);
  }
  if (bytes[0] !== 0x7b || !isRecord(value))
    throw invalid(source, "the header must be a JSON object and start with '{'");
  if (duplicate !== undefined) throw invalid(source, `the header has the key '${duplicate}' twice`);
  return value;
}

function readMetadata(value: unknown, source: string): Map<string, string> {
  // Some writers put null where there is none.
  if (value === undefined || value === null) return new Map();
  if (!isRecord(value)) throw invalid(source, '__metadata__ must be an object of strings');
  return new Map(
    Object.entries(value).map(([key, text]) => {
      if (typeof text !== 'string')
        throw invalid(source, `__metadata__ '${key}' must be a string, found ${describe(text)}`);
      return [key, text];
    }),
  );
}

function readEntry(name: string, value: unknown, source: string): Entry {
  const wrong = (problem: string): AdjointError => invalid(source, `tensor '${name}': ${problem}`);
  if (RESERVED_NAMES.has(name)) throw wrong('this name is reserved');
  if (!isRecord(value)) throw wrong(`expected { dtype, shape, data_offsets }, found ${describe(value)}`);
  const { dtype, shape, data_offsets: offsets } = value;
  const unknown = Object.keys(value).find((key) => !['dtype', 'shape', 'data_offsets'].includes(key));
  if (unknown !== undefined) throw wrong(`unknown field '${unknown}'`);
  const stored = typeof dtype === 'string' ? storedTypes.get(dtype) : undefined;
  if (typeof dtype !== 'string' || !stored)
    throw wrong(
      `dtype ${describe(dtype)} cannot be read, only ${[...storedTypes.keys()].join(', ')}; convert the file first`,
    );
  if (!isCounts(shape)) throw wrong(`the shape must be a list of whole numbers ≥ 0, found ${describe(shape)}`);
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!)
    throw wrong(`data_offsets must be [start, end] with 0 ≤ start ≤ end, found ${describe(offsets)}`);
  const [start, end] = offsets as [number, number];
  const size = sizeOf(shape) * stored.bytes;
  // An extent of 0 must not hide others that overflow.
  if (!Number.isSafeInteger(sizeOf(shape.map((extent) => Math.max(1, extent)))))
    throw wrong(`the shape ${formatShape(shape)} is too large`);
  if (end - start !== size)
    throw wrong(`${dtype} ${formatShape(shape)} takes ${size} bytes, but data_offsets span ${end - start}`);
  return { name, storedAs: dtype, shape, start, end };
}

function readTensor(entry: Entry, content: Uint8Array, source: string): HostTensor {
  const { storedAs, shape, start, end } = entry;
  const { dtype, bytes, read } = storedTypes.get(storedAs)!;
  const part = content.subarray(start, end);
  const data = allocateArray(dtype, part.length / bytes);
  if (read) convertElements(entry, data, part, source);
  else {
    new Uint8Array(data.buffer).set(part);
    checkElements(entry, data, source);
  }
  return { data, shape, dtype };
}

/** Refuses elements of a tensor that is stored as it is. */
export function checkElements({ name, storedAs }: Entry, data: TypedArray, source: string): void {
  if (storedAs !== 'BOOL') return;
  const wrong = data.find((element) => element > 1);
  if (wrong !== undefined) throw invalid(source, `tensor '${name}': a BOOL must be 0 or 1, found ${wrong}`);
}

/** Converts the elements in `bytes` into the first ones of `data`. */
export function convertElements({ name, storedAs }: Entry, data: TypedArray, bytes: Uint8Array, source: string): void {
  const { dtype, bytes: each, read } = storedTypes.get(storedAs)!;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let i = 0; i < bytes.length / each; i++) {
    const value = read!(view, i * each);
    data[i] = value;
    if (dtype === 'int32' && data[i] !== value)
      throw invalid(
        source,
        `tensor '${name}': the ${storedAs} value ${value} does not fit int32, which is the widest integer here`,
      );
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return (
    Array.isArray(value) && value.every((entry) => Number.isSafeInteger(entry) && !Object.is(entry, -0) && entry >= 0)
  );
}

/** A short form of a JSON value for messages; what is nested is not walked, since it may be deeper than the stack. */
function describe(value: unknown): string {
  if (Array.isArray(value))
    return value.length <= 8 && !value.some(isObject) ? JSON.stringify(value) : 'a list of other values';
  if (isObject(value)) return 'an object';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function invalid(source: string, problem: string, cause?: unknown): AdjointError {
  return new AdjointError('FILE_INVALID', `${source}: ${problem}. Use another copy of the file.`, { cause });
}
