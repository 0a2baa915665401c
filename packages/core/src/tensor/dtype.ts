import { AdjointError } from '../errors.js';
import { valueText } from '../value-text.js';

/** Element types. `bool` is stored as 0 or 1. */
export type DType = 'float32' | 'float64' | 'int32' | 'bool';

/** The typed array that holds elements of each dtype on the host. */
export interface TypedArrays {
  float32: Float32Array;
  float64: Float64Array;
  int32: Int32Array;
  bool: Uint8Array;
}

/** Bytes in an `ArrayBuffer`, which pages take; compilers before 5.7 know no other. */
export type OwnBytes = ReturnType<typeof Uint8Array.of>;

export type TypedArray = TypedArrays[DType];

const constructors = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  bool: Uint8Array,
} satisfies { [D in DType]: new (length: number) => TypedArrays[D] };

/** Allocates a zero-filled host array of `length` elements. */
export function allocateArray<D extends DType>(dtype: D, length: number): TypedArrays[D] {
  checkDType(dtype, 'allocateArray');
  return new constructors[dtype](length) as TypedArrays[D];
}

/** Bytes of one element in host arrays. */
export function bytesPerElement(dtype: DType): number {
  checkDType(dtype, 'bytesPerElement');
  return constructors[dtype].BYTES_PER_ELEMENT;
}

export function isFloat(dtype: DType): dtype is 'float32' | 'float64' {
  return dtype === 'float32' || dtype === 'float64';
}

export function isNumeric(dtype: DType): boolean {
  return dtype !== 'bool';
}

export function isBool(dtype: DType): boolean {
  return dtype === 'bool';
}

/** @throws AdjointError `DTYPE_MISMATCH` unless it is the name of a dtype. */
export function checkDType(dtype: unknown, what: string): asserts dtype is DType {
  if (typeof dtype === 'string' && Object.hasOwn(constructors, dtype)) return;
  throw new AdjointError(
    'DTYPE_MISMATCH',
    `${what}: the dtype is ${valueText(dtype)}; it must be one of ${Object.keys(constructors).join(', ')}.`,
  );
}

/** The name of the class of a typed array, also of one that was made in another realm (a frame, a test runner's sandbox). */
export function arrayClass(array: ArrayBufferView): string {
  return (array as { readonly [Symbol.toStringTag]?: string })[Symbol.toStringTag] ?? 'DataView';
}

/** Whether an array is of the class that holds this dtype on the host. */
export function holds(array: ArrayBufferView, dtype: DType): array is TypedArray {
  return arrayClass(array) === constructors[dtype].name;
}
