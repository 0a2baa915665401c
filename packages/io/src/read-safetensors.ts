import { allocateArray, type HostTensor } from '@adjoint/core';
import { decodeOptions, type LoadFileOptions } from './decode-options.js';
import { readFileBytes, readInto, withFile } from './read-file-bytes.js';
import { storedTypes } from './safetensors-dtype.js';
import {
  checkElements,
  convertElements,
  decodeSafetensors,
  headerLengthOf,
  readHeader,
  type Entry,
  type Safetensors,
} from './safetensors.js';

/** Bytes of a tensor that are converted at once; a multiple of every element's. */
const pieceBytes = 2 ** 24;

/**
 * Reads a safetensors file tensor by tensor, so that its tensors are all the memory that it takes, whatever its size.
 * @throws AdjointError `FILE_UNREADABLE`; `FILE_INVALID`, also where the arrays would take more than `maxBytes` bytes
 */
export async function readSafetensors(path: string, options: LoadFileOptions = {}): Promise<Safetensors> {
  const { maxBytes } = decodeOptions(options);
  return withFile(path, async (file, size) => {
    if (size === undefined) return decodeSafetensors(await readFileBytes(path, options), { ...options, source: path });
    const start = new Uint8Array(Math.min(9, size));
    await readInto(file, 0, start);
    const header = new Uint8Array(headerLengthOf(start, size, path));
    await readInto(file, 8, header);
    const content = 8 + header.length;
    const { entries, metadata } = readHeader(header, size - content, path, maxBytes);
    const tensors = new Map<string, HostTensor>();
    const read = (position: number, bytes: Uint8Array): Promise<void> => readInto(file, content + position, bytes);
    for (const entry of entries) tensors.set(entry.name, await readTensor(entry, read, path));
    return { tensors, metadata };
  });
}

async function readTensor(
  entry: Entry,
  read: (position: number, bytes: Uint8Array) => Promise<void>,
  source: string,
): Promise<HostTensor> {
  const { storedAs, shape, start, end } = entry;
  const { dtype, bytes, read: convert } = storedTypes.get(storedAs)!;
  const data = allocateArray(dtype, (end - start) / bytes);
  if (!convert) {
    await read(start, new Uint8Array(data.buffer));
    checkElements(entry, data, source);
    return { data, shape, dtype };
  }
  for (let at = 0; at < end - start; at += pieceBytes) {
    const piece = new Uint8Array(Math.min(pieceBytes, end - start - at));
    await read(start + at, piece);
    convertElements(entry, data.subarray(at / bytes), piece, source);
  }
  return { data, shape, dtype };
}
