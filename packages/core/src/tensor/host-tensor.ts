import { AdjointError } from '../errors.js';
import { valueText } from '../value-text.js';
import { convertElements, dtypeOfArray, type AnyTypedArray } from './convert-elements.js';
import { allocateArray, checkDType, holds, type DType, type TypedArray } from './dtype.js';
import { checkShape, formatShape, sameShape, sizeOf, type Shape } from './shape.js';

/** A value on the host: an ordinary typed array in row-major order, with its shape. */
export interface HostTensor {
  readonly data: TypedArray;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Nested arrays of numbers or booleans, as a user writes a small tensor; rows may be typed arrays. */
export type NestedArray = number | bigint | boolean | AnyTypedArray | readonly NestedArray[];

/** What may be turned into a tensor. */
export type TensorLike = NestedArray | HostTensor;

/** Deeper nesting is taken for an array that contains itself. */
const deepestNesting = 32;

export function isHostTensor(value: unknown): value is HostTensor {
  return (
    typeof value === 'object' &&
    value !== null &&
    'data' in value &&
    'shape' in value &&
    'dtype' in value &&
    ArrayBuffer.isView(value.data)
  );
}

/**
 * Makes a host tensor. Numbers stay numbers: bytes are no booleans. An array of the class that holds the dtype is taken
 * as it is (not copied), every other one is converted.
 * `shape` defaults to the nesting, or to one axis for a typed array; `dtype` to `float32` for numbers, `bool` for
 * booleans, `float64` for a Float64Array, and `int32` for every typed array of whole numbers.
 * @throws AdjointError `SHAPE_MISMATCH` if the number of elements does not fit the shape, or the nesting is ragged;
 * `DATA_INVALID` for what is no number, or a number that the dtype cannot hold; `DTYPE_MISMATCH` for an unknown dtype.
 */
export function hostTensor(value: TensorLike, shape?: Shape, dtype?: DType): HostTensor {
  if (dtype !== undefined) checkDType(dtype, 'tensor');
  if (isHostTensor(value)) return hostTensor(value.data, shape ?? value.shape, dtype ?? value.dtype);
  if (ArrayBuffer.isView(value)) {
    const kind = dtype ?? dtypeOfArray(value);
    return filled(convertElements(value as AnyTypedArray, kind), shape ?? [(value as AnyTypedArray).length], kind);
  }
  const nesting = nestingOf(value);
  const flat: unknown[] = [];
  flatten(value, nesting, 0, flat);
  const kind = dtype ?? (flat.length > 0 && flat.every((element) => typeof element === 'boolean') ? 'bool' : 'float32');
  return filled(convertElements(flat, kind), shape ?? nesting, kind);
}

function filled(data: TypedArray, shape: Shape, dtype: DType): HostTensor {
  checkShape(shape, 'tensor');
  if (sizeOf(shape) !== data.length) {
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `tensor: ${data.length} elements do not fill shape ${formatShape(shape)}, which holds ${sizeOf(shape)}.`,
    );
  }
  return { data, shape, dtype };
}

/** Lengths along the first elements. */
function nestingOf(value: unknown): number[] {
  const nesting: number[] = [];
  for (let level = value; isRow(level); level = level[0]) {
    if (nesting.length === deepestNesting)
      throw new AdjointError(
        'SHAPE_MISMATCH',
        `tensor: the arrays are nested more than ${deepestNesting} levels deep; does one contain itself?`,
      );
    nesting.push(level.length);
  }
  return nesting;
}

function isRow(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);
}

function flatten(value: unknown, nesting: readonly number[], depth: number, flat: unknown[]): void {
  const isLeaf = depth === nesting.length;
  if (isLeaf === isRow(value) || (isRow(value) && value.length !== nesting[depth]))
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `tensor: nested arrays are ragged at depth ${depth}; every row there must have ${nesting[depth] ?? 'no'} elements.`,
    );
  if (!isRow(value)) flat.push(value);
  else for (let i = 0; i < value.length; i++) flatten(value[i], nesting, depth + 1, flat);
}

/**
 * The elements of a host tensor, if they may be written to memory of this type: the one check that everything from the
 * host passes on its way into a program. Booleans other than 0 and 1 count as 1.
 * @param what Names the value in errors.
 * @throws AdjointError `DATA_INVALID`, `DTYPE_MISMATCH` or `SHAPE_MISMATCH`.
 */
export function checkedElements(
  value: HostTensor,
  type: { readonly shape: Shape; readonly dtype: DType },
  what: string,
): TypedArray {
  if (!isHostTensor(value)) {
    throw new AdjointError(
      'DATA_INVALID',
      `${what}: found ${nameOf(value)} instead of a host tensor { data, shape, dtype }; hostTensor(…) makes one, and tensor.read() gives one.`,
    );
  }
  const { data, shape, dtype } = value;
  if (!Array.isArray(shape) || !sameShape(shape, type.shape) || dtype !== type.dtype) {
    throw new AdjointError(
      dtype === type.dtype ? 'SHAPE_MISMATCH' : 'DTYPE_MISMATCH',
      `${what}: found ${dtype} ${Array.isArray(shape) ? formatShape(shape) : valueText(shape)} instead of ${type.dtype} ${formatShape(type.shape)}.`,
    );
  }
  return checkedArray(data, type, what);
}

/** The same for bare elements. */
export function checkedArray(
  data: TypedArray,
  { shape, dtype }: { readonly shape: Shape; readonly dtype: DType },
  what: string,
): TypedArray {
  if (!ArrayBuffer.isView(data) || !holds(data, dtype)) {
    throw new AdjointError(
      'DTYPE_MISMATCH',
      `${what}: ${dtype} elements come in a ${allocateArray(dtype, 0).constructor.name}, but these are in ${nameOf(data)}; hostTensor(data, shape, '${dtype}') converts them.`,
    );
  }
  if (data.length !== sizeOf(shape)) {
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `${what}: ${data.length} elements do not fill shape ${formatShape(shape)}, which holds ${sizeOf(shape)}.`,
    );
  }
  return dtype === 'bool' ? convertElements(data, 'bool') : data;
}

/** How a value of a wrong kind is called in errors. */
function nameOf(value: unknown): string {
  if (value === null || typeof value !== 'object') return valueText(value);
  return `a value of class ${value.constructor?.name ?? 'Object'}`;
}

/** Turns flat data back into nested arrays (a bare number for a scalar). */
export function toNested(tensor: HostTensor): NestedNumbers {
  if (!isHostTensor(tensor))
    throw new AdjointError('DATA_INVALID', `toNested: found ${nameOf(tensor)} instead of a host tensor.`);
  const element = (i: number): number | boolean => (tensor.dtype === 'bool' ? tensor.data[i] !== 0 : tensor.data[i]!);
  const build = (axis: number, offset: number, size: number): NestedNumbers => {
    if (axis === tensor.shape.length) return element(offset);
    const inner = size / Math.max(1, tensor.shape[axis]!);
    return Array.from({ length: tensor.shape[axis]! }, (_, i) => build(axis + 1, offset + i * inner, inner));
  };
  return build(0, 0, tensor.data.length);
}

/** What a tensor reads as. */
export type NestedNumbers = number | boolean | readonly NestedNumbers[];
