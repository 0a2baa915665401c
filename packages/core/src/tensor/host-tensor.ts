import { AdjointError } from '../errors.js';
import { allocateArray, dtypeOf, type DType, type TypedArray } from './dtype.js';
import { checkShape, formatShape, sizeOf, type Shape } from './shape.js';

/** A value on the host: an ordinary typed array in row-major order, with its shape. */
export interface HostTensor {
  readonly data: TypedArray;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Nested arrays of numbers or booleans, as a user writes a small tensor. */
export type NestedArray = number | boolean | readonly NestedArray[];

/** What may be turned into a tensor. */
export type TensorLike = NestedArray | TypedArray | HostTensor;

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
 * Makes a host tensor. A typed array is taken as it is (not copied); nested arrays are copied.
 * `shape` defaults to the nesting, or to one axis for a typed array; `dtype` to what the array holds, to `bool` for
 * booleans and to `float32` for numbers.
 * @throws AdjointError `SHAPE_MISMATCH` if the number of elements does not fit the shape, or the nesting is ragged.
 */
export function hostTensor(value: TensorLike, shape?: Shape, dtype?: DType): HostTensor {
  if (isHostTensor(value)) return hostTensor(value.data, shape ?? value.shape, dtype ?? value.dtype);
  if (ArrayBuffer.isView(value)) return fromTypedArray(value as TypedArray, shape, dtype);
  const nesting: number[] = [];
  for (let level: NestedArray | undefined = value as NestedArray; Array.isArray(level); level = level[0])
    nesting.push(level.length);
  const flat = (Array.isArray(value) ? value.flat(Infinity) : [value]) as (number | boolean)[];
  checkNesting(value as NestedArray, nesting, 0);
  const kind = dtype ?? (typeof flat[0] === 'boolean' ? 'bool' : 'float32');
  const data = allocateArray(kind, flat.length);
  flat.forEach((element, i) => (data[i] = kind === 'bool' ? (element ? 1 : 0) : Number(element)));
  return fromTypedArray(data, shape ?? nesting, kind);
}

function fromTypedArray(data: TypedArray, shape: Shape = [data.length], dtype: DType = dtypeOf(data)): HostTensor {
  checkShape(shape, 'tensor');
  if (sizeOf(shape) !== data.length) {
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `tensor: ${data.length} elements do not fill shape ${formatShape(shape)}, which holds ${sizeOf(shape)}.`,
    );
  }
  if (dtypeOf(data) === dtype) return { data, shape, dtype };
  const converted = allocateArray(dtype, data.length);
  for (let i = 0; i < data.length; i++) converted[i] = dtype === 'bool' ? (data[i] !== 0 ? 1 : 0) : data[i]!;
  return { data: converted, shape, dtype };
}

function checkNesting(value: NestedArray, nesting: readonly number[], depth: number): void {
  const ragged =
    depth === nesting.length ? Array.isArray(value) : !Array.isArray(value) || value.length !== nesting[depth];
  if (ragged)
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `tensor: nested arrays are ragged at depth ${depth}; every row there must have ${nesting[depth] ?? 'no'} elements.`,
    );
  if (Array.isArray(value))
    for (const element of value as readonly NestedArray[]) checkNesting(element, nesting, depth + 1);
}

/** Turns flat data back into nested arrays (a bare number for a scalar). */
export function toNested(tensor: HostTensor): NestedArray {
  const element = (i: number): number | boolean => (tensor.dtype === 'bool' ? tensor.data[i] !== 0 : tensor.data[i]!);
  const build = (axis: number, offset: number, size: number): NestedArray => {
    if (axis === tensor.shape.length) return element(offset);
    const inner = size / Math.max(1, tensor.shape[axis]!);
    return Array.from({ length: tensor.shape[axis]! }, (_, i) => build(axis + 1, offset + i * inner, inner));
  };
  return build(0, 0, tensor.data.length);
}
