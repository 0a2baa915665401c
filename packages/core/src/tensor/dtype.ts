/** Element types. `bool` is stored as 0 or 1. */
export type DType = 'float32' | 'float64' | 'int32' | 'bool';

/** The typed array that holds elements of each dtype on the host. */
export interface TypedArrays {
  float32: Float32Array;
  float64: Float64Array;
  int32: Int32Array;
  bool: Uint8Array;
}

export type TypedArray = TypedArrays[DType];

const constructors = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  bool: Uint8Array,
} satisfies { [D in DType]: new (length: number) => TypedArrays[D] };

/** Allocates a zero-filled host array of `length` elements. */
export function allocateArray<D extends DType>(dtype: D, length: number): TypedArrays[D] {
  return new constructors[dtype](length) as TypedArrays[D];
}

/** A view of `length` elements of `buffer` from `byteOffset`. */
export function viewArray<D extends DType>(
  dtype: D,
  buffer: ArrayBuffer,
  byteOffset: number,
  length: number,
): TypedArrays[D] {
  return new constructors[dtype](buffer, byteOffset, length) as TypedArrays[D];
}

/** Bytes of one element in host arrays. */
export function bytesPerElement(dtype: DType): number {
  return constructors[dtype].BYTES_PER_ELEMENT;
}

export function isFloat(dtype: DType): dtype is 'float32' | 'float64' {
  return dtype === 'float32' || dtype === 'float64';
}

/** The dtype that a host array holds; a `Uint8Array` holds booleans. */
export function dtypeOf(array: TypedArray): DType {
  if (array instanceof Float32Array) return 'float32';
  if (array instanceof Float64Array) return 'float64';
  return array instanceof Int32Array ? 'int32' : 'bool';
}

export function isNumeric(dtype: DType): boolean {
  return dtype !== 'bool';
}

export function isBool(dtype: DType): boolean {
  return dtype === 'bool';
}
