import { AdjointError, formatShape, type Shape } from '@adjoint/core';
import { count, optional, schemaOf, string, validateOptions, valueText } from '@adjoint/core/options';
import { isGzip, unpack } from './unpack.js';

export type IdxData = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** The array in an IDX file, row-major. */
export interface IdxArray {
  readonly data: IdxData;
  readonly shape: Shape;
}

const idxOptions = schemaOf<IdxOptions>({ source: optional(string), maxBytes: optional(count) });

type IdxType = (new (buffer: ArrayBuffer) => IdxData) & { readonly BYTES_PER_ELEMENT: number };

/** Element types by the third byte of the file. */
const elementTypes = new Map<number, IdxType>([
  [0x08, Uint8Array],
  [0x09, Int8Array],
  [0x0b, Int16Array],
  [0x0c, Int32Array],
  [0x0d, Float32Array],
  [0x0e, Float64Array],
]);

export interface IdxOptions {
  /** Names the data in errors, a path or an address. */
  readonly source?: string;
  /** Bytes that the array may take, unpacked; 2³¹ − 1 if not given. A small gzip file may announce gigabytes. */
  readonly maxBytes?: number;
}

/**
 * Reads IDX, the format of MNIST: two zero bytes, the element type, the number of axes, each extent as a big-endian 32-bit
 * integer, then the elements, big-endian. Gzip is unpacked first.
 * Format: Y. LeCun, C. Cortes & C. Burges, "The MNIST database of handwritten digits".
 * @throws AdjointError `FILE_INVALID` if the file is not IDX, is cut off, has bytes left over or announces more than `maxBytes`
 */
export async function readIdx(bytes: Uint8Array, options: IdxOptions = {}): Promise<IdxArray> {
  validateOptions(idxOptions, options, 'readIdx');
  const { source = 'IDX data', maxBytes = 2 ** 31 - 1 } = options;
  if (!(bytes instanceof Uint8Array))
    throw new AdjointError('FILE_INVALID', `${source}: the bytes are ${valueText(bytes)}; give a Uint8Array.`);
  const headerOf = (start: Uint8Array): Header | undefined => readHeader(start, source, maxBytes);
  const plain = isGzip(bytes) ? await unpack(bytes, 'gzip', source, (start) => headerOf(start)?.fileLength) : bytes;
  const header = headerOf(plain);
  if (!header)
    throw new AdjointError(
      'FILE_INVALID',
      `${source}: an IDX header was expected, but the file ends after ${plain.length} bytes; get the file again.`,
    );
  const { type, shape, dataOffset, fileLength } = header;
  if (plain.length !== fileLength) {
    throw new AdjointError(
      'FILE_INVALID',
      `${source}: the header announces shape ${formatShape(shape)}, ${fileLength} bytes in all, but there are ${plain.length}; the file is ${plain.length < fileLength ? 'cut off' : 'followed by something else'}, get it again.`,
    );
  }
  // A copy; `slice` would not be one for Node's Buffer.
  const content = new Uint8Array(plain.subarray(dataOffset));
  // Host arrays are little-endian, the file is not.
  const width = type.BYTES_PER_ELEMENT;
  if (width > 1)
    for (let start = 0; start < content.length; start += width) content.subarray(start, start + width).reverse();
  return { data: new type(content.buffer), shape };
}

interface Header {
  readonly type: IdxType;
  readonly shape: Shape;
  readonly dataOffset: number;
  readonly fileLength: number;
}

/** The header at the start of a file, or `undefined` where the bytes end within it. */
function readHeader(bytes: Uint8Array, source: string, maxBytes: number): Header | undefined {
  if (bytes.length < 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const type = elementTypes.get(bytes[2]!);
  if (bytes[0] !== 0 || bytes[1] !== 0 || !type) {
    const found = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    throw new AdjointError(
      'FILE_INVALID',
      `${source}: not an IDX file: it starts with ${found}; expected 00 00, a type (08, 09, 0b, 0c, 0d or 0e) and the number of axes.`,
    );
  }
  const rank = bytes[3]!;
  const dataOffset = 4 + 4 * rank;
  if (bytes.length < dataOffset) return undefined;
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  // An extent of 0 would hide an overflow of the others.
  const fileLength = shape.reduce((size, extent) => size * Math.max(1, extent), type.BYTES_PER_ELEMENT);
  if (!(fileLength <= maxBytes)) {
    throw new AdjointError(
      'FILE_INVALID',
      `${source}: the header announces shape ${formatShape(shape)}, more than the ${maxBytes} bytes that are accepted; the file is damaged or hostile, or maxBytes is to be larger.`,
    );
  }
  return { type, shape, dataOffset, fileLength: dataOffset + (shape.includes(0) ? 0 : fileLength) };
}
