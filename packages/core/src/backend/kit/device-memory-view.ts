import { allocateArray, type DType, type TypedArray } from '../../tensor/dtype.js';

/** Elements of a buffer that lies in an array buffer. Devices keep booleans as int32, see `storageBytes`. */
export function deviceView(memory: ArrayBufferLike, dtype: DType, byteOffset: number, length: number): TypedArray {
  const View = dtype === 'float64' ? Float64Array : dtype === 'float32' ? Float32Array : Int32Array;
  // Memory of threads is shared, which the types of typed arrays keep apart.
  return new View(memory as ArrayBuffer, byteOffset, length);
}

/** Copies a host array to a buffer. */
export function writeElements(memory: ArrayBufferLike, byteOffset: number, data: TypedArray): void {
  const dtype = data instanceof Float64Array ? 'float64' : data instanceof Float32Array ? 'float32' : 'int32';
  deviceView(memory, dtype, byteOffset, data.length).set(data);
}

/** Copies elements of a buffer into a new host array. */
export function readElements(memory: ArrayBufferLike, dtype: DType, byteOffset: number, length: number): TypedArray {
  const result = allocateArray(dtype, length);
  result.set(deviceView(memory, dtype, byteOffset, length));
  return result;
}
