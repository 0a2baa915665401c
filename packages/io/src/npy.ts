import type { OwnBytes } from '@adjoint/core';
import {
  AdjointError,
  allocateArray,
  bytesPerElement,
  formatShape,
  isHostTensor,
  sizeOf,
  type DType,
  type HostTensor,
  type Shape,
  type TypedArray,
} from '@adjoint/core';
import { checkMaxBytes, oneOf, optional, schemaOf, validateOptions } from '@adjoint/core/options';
import { bytesOf, decodeOptions, type DecodeOptions } from './decode-options.js';
import { toHalf } from './half.js';
import { numpyTypes, type NumpyType } from './npy-dtype.js';
import { readNpyHeader } from './npy-header.js';

/** How the elements of an array are written; NumPy's names. */
export type NpyDType = 'float16' | 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'bool';

export interface NpyOptions {
  /** The tensor's own dtype if not given. Numbers that do not fit are refused, but for rounding to float16 and float32. */
  readonly dtype?: NpyDType;
}

const npyOptions = schemaOf<NpyOptions>({
  dtype: optional(oneOf('float16', 'float32', 'float64', 'int64', 'int32', 'uint8', 'bool')),
});

/**
 * Reads an array of NumPy (`.npy`, versions 1 to 3; https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html):
 * booleans, whole numbers of 8 to 64 bits as int32, float16 and float32 as float32, float64, in either byte order. Arrays
 * in Fortran order come in row-major order. The array is a copy that does not keep `bytes` alive.
 * @throws AdjointError `FILE_INVALID` for other types, whole numbers that int32 cannot hold, and whatever is not as the
 * format wants it
 */
export function decodeNpy(given: Uint8Array | ArrayBuffer, options: DecodeOptions = {}): HostTensor {
  const { source = 'npy data', maxBytes } = decodeOptions(options);
  const bytes = bytesOf(given, source);
  const { descriptor, shape, isFortran, start } = readNpyHeader(bytes, source);
  const type = typeOf(descriptor, source);
  const { dtype, bytes: each } = type;
  // An extent of 0 must not hide others that overflow.
  if (!Number.isSafeInteger(sizeOf(shape.map((extent) => Math.max(1, extent)))))
    throw invalid(source, `the shape ${formatShape(shape)} is too large`);
  const size = sizeOf(shape);
  if (bytes.length - start !== size * each)
    throw invalid(
      source,
      `${descriptor} ${formatShape(shape)} takes ${size * each} bytes, but ${bytes.length - start} follow the header`,
    );
  checkMaxBytes(size * bytesPerElement(dtype), maxBytes, source);
  const stored = readElements(bytes.subarray(start), type, descriptor.startsWith('>'), source);
  return { data: isFortran && shape.length > 1 ? rowMajor(stored, shape, dtype) : stored, shape, dtype };
}

/**
 * Writes an array as NumPy reads it (`.npy`, version 1.0), little-endian in row-major order.
 * @throws AdjointError `OPTIONS_INVALID` for what is no host tensor; `DATA_INVALID` for a number that `dtype` cannot hold
 */
export function encodeNpy(tensor: HostTensor, options: NpyOptions = {}): OwnBytes {
  validateOptions(npyOptions, options, 'encodeNpy');
  if (!isHostTensor(tensor) || !Array.isArray(tensor.shape) || sizeOf(tensor.shape) !== tensor.data.length)
    throw new AdjointError(
      'OPTIONS_INVALID',
      'encodeNpy: takes a host tensor { data, shape, dtype } whose data fill its shape.',
    );
  const { shape } = tensor;
  const { dtype = tensor.dtype } = options;
  const { descriptor, bytes: each, write } = writers[dtype];
  const extents = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  // As NumPy does, with room for the first extent to grow.
  const room = shape[0] === undefined ? '' : ' '.repeat(Math.max(0, 21 - String(shape[0]).length));
  const text = `{'descr': '${descriptor}', 'fortran_order': False, 'shape': ${extents}, }${room}`;
  // The elements start at a multiple of 64 bytes, after a line end.
  const start = Math.ceil((10 + text.length + 1) / 64) * 64;
  const result = new Uint8Array(start + tensor.data.length * each);
  result.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0]);
  const view = new DataView(result.buffer);
  view.setUint16(8, start - 10, true);
  result.set(new TextEncoder().encode(`${text.padEnd(start - 11)}\n`), 10);
  const { data } = tensor;
  for (let i = 0; i < data.length; i++)
    if (!write(view, start + i * each, data[i]!))
      throw new AdjointError('DATA_INVALID', `encodeNpy: element ${i} is ${data[i]}, which ${dtype} cannot hold.`);
  return result;
}

interface Writer {
  readonly descriptor: string;
  readonly bytes: number;
  /** Writes a number; whether the type can hold it. */
  readonly write: (view: DataView, offset: number, value: number) => boolean;
}

const isWhole = (value: number, low: number, high: number): boolean =>
  Number.isInteger(value) && value >= low && value <= high;

const writers: Readonly<Record<NpyDType, Writer>> = {
  float16: {
    descriptor: '<f2',
    bytes: 2,
    write(view, at, value) {
      const bits = toHalf(value);
      view.setUint16(at, bits, true);
      // What becomes infinite without being so does not fit.
      return (bits & 0x7fff) !== 0x7c00 || !Number.isFinite(value);
    },
  },
  float32: {
    descriptor: '<f4',
    bytes: 4,
    write(view, at, value) {
      view.setFloat32(at, value, true);
      return Number.isFinite(Math.fround(value)) || !Number.isFinite(value);
    },
  },
  float64: { descriptor: '<f8', bytes: 8, write: (view, at, value) => (view.setFloat64(at, value, true), true) },
  int64: {
    descriptor: '<i8',
    bytes: 8,
    write(view, at, value) {
      if (!Number.isSafeInteger(value)) return false;
      view.setBigInt64(at, BigInt(value), true);
      return true;
    },
  },
  int32: {
    descriptor: '<i4',
    bytes: 4,
    write: (view, at, value) => (view.setInt32(at, value, true), isWhole(value, -(2 ** 31), 2 ** 31 - 1)),
  },
  uint8: {
    descriptor: '|u1',
    bytes: 1,
    write: (view, at, value) => (view.setUint8(at, value), isWhole(value, 0, 255)),
  },
  bool: { descriptor: '|b1', bytes: 1, write: (view, at, value) => (view.setUint8(at, Number(value !== 0)), true) },
};

function typeOf(descriptor: string, source: string): NumpyType {
  const [order, code] = [descriptor[0] ?? '', descriptor.slice(1)];
  const type = '<>|='.includes(order) ? numpyTypes.get(code) : undefined;
  if (type) return type;
  if (code.startsWith('O'))
    throw invalid(
      source,
      "it holds Python objects in pickled form, which are not run here; save arrays of numbers, such as numpy.savez(path, x=x.astype('float32')), one for each name",
    );
  throw invalid(
    source,
    `elements of type '${descriptor}' cannot be read, only ${[...numpyTypes.keys()].join(', ')} (bool, int, uint and float of so many bytes); convert with array.astype('float32')`,
  );
}

function readElements(bytes: Uint8Array, type: NumpyType, isBig: boolean, source: string): TypedArray {
  const { dtype, bytes: each, read } = type;
  const data = allocateArray(dtype, bytes.length / each);
  const isAsHere = !isBig && type.isHostLayout;
  if (isAsHere) {
    new Uint8Array(data.buffer).set(bytes);
    return data;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let i = 0; i < data.length; i++) {
    const value = read(view, i * each, !isBig);
    data[i] = value;
    if (dtype === 'int32' && data[i] !== value)
      throw invalid(source, `the value ${value} does not fit int32, which is the widest integer here`);
    if (dtype === 'bool' && value > 1) throw invalid(source, `a boolean must be 0 or 1, found ${value}`);
  }
  return data;
}

/** Elements whose first axis runs fastest, in row-major order. */
function rowMajor(stored: TypedArray, shape: Shape, dtype: DType): TypedArray {
  const result = allocateArray(dtype, stored.length);
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  const at = shape.map(() => 0);
  let from = 0;
  for (let i = 0; i < result.length; i++) {
    result[i] = stored[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++at[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      at[axis] = 0;
    }
  }
  return result;
}

function invalid(source: string, problem: string): AdjointError {
  return new AdjointError('FILE_INVALID', `${source}: ${problem}.`);
}
