import type { DType } from '@adjoint/core';

/** How elements of a type of ONNX are read: what holds them here, their bytes, and one of them. */
export interface ElementType {
  readonly name: string;
  readonly dtype: DType;
  readonly bytes: number;
  read(view: DataView, offset: number): number;
}

const [leastInt32, largestInt32] = [-(2 ** 31), 2 ** 31 - 1];

/** Whole numbers beyond int32 become the nearest one: files write "to the end" as the largest int64. */
export function saturate(value: number | bigint): number {
  return Math.min(Math.max(Number(value), leastInt32), largestInt32);
}

/** IEEE 754 binary16. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x80_00 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 0x1f, bits & 0x3_ff];
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

/** The upper half of a float32. */
export function brainToNumber(bits: number): number {
  return new Float32Array(Uint32Array.of((bits & 0xff_ff) << 16).buffer)[0] ?? NaN;
}

/** By the number that TensorProto.DataType has for them; strings, complex numbers and those below a byte are missing. */
export const elementTypes: ReadonlyMap<number, ElementType> = new Map<number, ElementType>([
  [1, { name: 'float', dtype: 'float32', bytes: 4, read: (view, at) => view.getFloat32(at, true) }],
  [2, { name: 'uint8', dtype: 'int32', bytes: 1, read: (view, at) => view.getUint8(at) }],
  [3, { name: 'int8', dtype: 'int32', bytes: 1, read: (view, at) => view.getInt8(at) }],
  [4, { name: 'uint16', dtype: 'int32', bytes: 2, read: (view, at) => view.getUint16(at, true) }],
  [5, { name: 'int16', dtype: 'int32', bytes: 2, read: (view, at) => view.getInt16(at, true) }],
  [6, { name: 'int32', dtype: 'int32', bytes: 4, read: (view, at) => view.getInt32(at, true) }],
  [7, { name: 'int64', dtype: 'int32', bytes: 8, read: (view, at) => saturate(view.getBigInt64(at, true)) }],
  [9, { name: 'bool', dtype: 'bool', bytes: 1, read: (view, at) => (view.getUint8(at) === 0 ? 0 : 1) }],
  [10, { name: 'float16', dtype: 'float32', bytes: 2, read: (view, at) => halfToNumber(view.getUint16(at, true)) }],
  [11, { name: 'double', dtype: 'float64', bytes: 8, read: (view, at) => view.getFloat64(at, true) }],
  [12, { name: 'uint32', dtype: 'int32', bytes: 4, read: (view, at) => saturate(view.getUint32(at, true)) }],
  [13, { name: 'uint64', dtype: 'int32', bytes: 8, read: (view, at) => saturate(view.getBigUint64(at, true)) }],
  [16, { name: 'bfloat16', dtype: 'float32', bytes: 2, read: (view, at) => brainToNumber(view.getUint16(at, true)) }],
]);

/** The number that ONNX has for a dtype when it is written; whole numbers are written as int32. */
export const elementTypeOf: Readonly<Record<DType, number>> = { float32: 1, int32: 6, bool: 9, float64: 11 };
