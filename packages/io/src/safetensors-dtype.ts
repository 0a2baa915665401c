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

/** Element types that can be read; I64 only where the values fit int32, which the reader checks. */
export const storedTypes = new Map<string, StoredType>([
  ['F64', { dtype: 'float64', bytes: 8 }],
  ['F32', { dtype: 'float32', bytes: 4 }],
  ['I32', { dtype: 'int32', bytes: 4 }],
  ['BOOL', { dtype: 'bool', bytes: 1 }],
  ['F16', { dtype: 'float32', bytes: 2, read: (view, offset) => fromHalf(view.getUint16(offset, true)) }],
  ['BF16', { dtype: 'float32', bytes: 2, read: (view, offset) => fromBrainFloat(view.getUint16(offset, true)) }],
  ['I64', { dtype: 'int32', bytes: 8, read: (view, offset) => Number(view.getBigInt64(offset, true)) }],
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
