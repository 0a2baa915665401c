import { AdjointError } from '../errors.js';
import { valueText } from '../value-text.js';
import { allocateArray, arrayClass, holds, type DType, type TypedArray } from './dtype.js';

/** Every class of typed arrays; all of them hold numbers. */
export type AnyTypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

const dtypes: Readonly<Record<string, DType>> = {
  Float16Array: 'float32',
  Float32Array: 'float32',
  Float64Array: 'float64',
  Int8Array: 'int32',
  Int16Array: 'int32',
  Int32Array: 'int32',
  Uint8Array: 'int32',
  Uint8ClampedArray: 'int32',
  Uint16Array: 'int32',
  Uint32Array: 'int32',
  BigInt64Array: 'int32',
  BigUint64Array: 'int32',
};

/** The dtype whose numbers an array holds, if nothing else is said. */
export function dtypeOfArray(array: ArrayBufferView): DType {
  const dtype = dtypes[arrayClass(array)];
  if (dtype) return dtype;
  throw new AdjointError(
    'DATA_INVALID',
    `tensor: a ${arrayClass(array)} holds bytes of an unknown meaning; make a typed array of its buffer, such as new Float32Array(view.buffer, view.byteOffset, length).`,
  );
}

/**
 * Numbers and booleans as elements of a dtype; an array that holds them already is handed back.
 * @throws AdjointError `DATA_INVALID` that names the first element which is no number, or which int32 cannot hold.
 */
export function convertElements(elements: ArrayLike<unknown>, dtype: DType): TypedArray {
  if (ArrayBuffer.isView(elements)) {
    dtypeOfArray(elements);
    if (holds(elements, dtype) && (dtype !== 'bool' || isBinary(elements))) return elements;
  }
  const result = allocateArray(dtype, elements.length);
  for (let i = 0; i < elements.length; i++) result[i] = convert(elements[i], dtype, i);
  return result;
}

/** Whether all elements are 0 or 1; a plain loop, since this is done in every step. */
function isBinary(elements: TypedArray): boolean {
  let i = 0;
  while (i < elements.length && elements[i]! <= 1) i++;
  return i === elements.length;
}

function convert(element: unknown, dtype: DType, i: number): number {
  if (typeof element !== 'number' && typeof element !== 'boolean' && typeof element !== 'bigint') {
    throw new AdjointError(
      'DATA_INVALID',
      `tensor: element ${i} is ${describe(element)}; elements are numbers or booleans. Replace what is missing, and encode text as numbers.`,
    );
  }
  const value = Number(element);
  if (dtype === 'bool') {
    if (Number.isNaN(value))
      throw new AdjointError('DATA_INVALID', `tensor: element ${i} is NaN, which is neither true nor false.`);
    return value === 0 ? 0 : 1;
  }
  if (dtype === 'int32' && value !== (value | 0)) {
    throw new AdjointError(
      'DATA_INVALID',
      `tensor: element ${i} is ${valueText(element)}, which int32 cannot hold (whole numbers from −2³¹ to 2³¹ − 1); round or clip it, or use a float dtype.`,
    );
  }
  return value;
}

function describe(element: unknown): string {
  if (typeof element === 'string') return `the text '${element.length > 40 ? `${element.slice(0, 40)}…` : element}'`;
  if (typeof element !== 'object' || element === null) return String(element);
  const name = element.constructor?.name ?? 'Object';
  return name === 'Tensor' || name === 'Variable'
    ? `a ${name}; stack([…]) joins tensors, and await tensor.read() gives values`
    : `an object of class ${name}`;
}
