import type { DType } from '@adjoint/core';
import { fromHalf } from './half.js';

/** How an element type of a file becomes one of ours, without loss. */
interface StoredType {
  readonly dtype: DType;
  /** Bytes of one element in the file. */
  readonly bytes: number;
  /** One element, little-endian; left out where the bytes are already those of the host array. */
  readonly read?: (view: DataView, offset: number) => number;
}

/** Element types that can be read; I64, U64 and U32 only where the values fit int32, which the reader checks. */
export const storedTypes = new Map<string, StoredType>([
  ['F64', { dtype: 'float64', bytes: 8 }],
  ['F32', { dtype: 'float32', bytes: 4 }],
  ['I32', { dtype: 'int32', bytes: 4 }],
  ['BOOL', { dtype: 'bool', bytes: 1 }],
  ['F16', { dtype: 'float32', bytes: 2, read: (view, offset) => fromHalf(view.getUint16(offset, true)) }],
  ['BF16', { dtype: 'float32', bytes: 2, read: (view, offset) => fromBrainFloat(view.getUint16(offset, true)) }],
  ['F8_E4M3', { dtype: 'float32', bytes: 1, read: (view, offset) => fromEighth(view.getUint8(offset), 4) }],
  ['F8_E5M2', { dtype: 'float32', bytes: 1, read: (view, offset) => fromEighth(view.getUint8(offset), 5) }],
  ['I64', { dtype: 'int32', bytes: 8, read: (view, offset) => Number(view.getBigInt64(offset, true)) }],
  ['U64', { dtype: 'int32', bytes: 8, read: (view, offset) => Number(view.getBigUint64(offset, true)) }],
  ['U32', { dtype: 'int32', bytes: 4, read: (view, offset) => view.getUint32(offset, true) }],
  ['I16', { dtype: 'int32', bytes: 2, read: (view, offset) => view.getInt16(offset, true) }],
  ['U16', { dtype: 'int32', bytes: 2, read: (view, offset) => view.getUint16(offset, true) }],
  ['I8', { dtype: 'int32', bytes: 1, read: (view, offset) => view.getInt8(offset) }],
  ['U8', { dtype: 'int32', bytes: 1, read: (view, offset) => view.getUint8(offset) }],
]);

/** Under what name each of our dtypes is written. */
export const storedNames = { float32: 'F32', float64: 'F64', int32: 'I32', bool: 'BOOL' } as const satisfies Record<
  DType,
  string
>;

const word = new DataView(new ArrayBuffer(4));

/** bfloat16: the upper half of a float32. */
function fromBrainFloat(bits: number): number {
  word.setUint32(0, bits * 2 ** 16);
  return word.getFloat32(0);
}

/** Floats of 8 bits (Micikevicius et al. 2022, arXiv:2209.05433): E4M3 has no infinities, and one NaN of each sign. */
function fromEighth(bits: number, exponentBits: 4 | 5): number {
  const fractionBits = 7 - exponentBits;
  const sign = bits & 0x80 ? -1 : 1;
  const exponent = (bits & 0x7f) >> fractionBits;
  const fraction = (bits & (2 ** fractionBits - 1)) / 2 ** fractionBits;
  if (exponentBits === 4 && (bits & 0x7f) === 0x7f) return NaN;
  if (exponentBits === 5 && exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  const bias = 2 ** (exponentBits - 1) - 1;
  return sign * (exponent === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (exponent - bias));
}
