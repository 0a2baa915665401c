import { AdjointError, isAdjointError } from '../errors.js';
import { Tensor } from '../graph/tensor.js';
import { convertElements } from '../tensor/convert-elements.js';
import { allocateArray, type DType, type TypedArray } from '../tensor/dtype.js';
import { hostTensor, isHostTensor, type HostTensor, type TensorLike } from '../tensor/host-tensor.js';
import { mapSeveral, severalOf, type Several } from '../tensor/several.js';
import { fitsShape, sameShape, sizeOf, type VaryingShape } from '../tensor/shape.js';
import type { VaryingType } from './dataset.js';

/** A tensor of another library, such as TensorFlow.js. */
export interface ForeignTensor {
  readonly shape: readonly number[];
  data(): TypedArray | Promise<TypedArray>;
}

/**
 * Numbers of one or many examples: nested arrays, typed arrays of any kind (bytes are numbers), lists of typed arrays or
 * of tensors with an entry for each example, or one tensor of all.
 */
export type ExampleArray = TensorLike | Tensor | ForeignTensor | readonly (TensorLike | Tensor | ForeignTensor)[];

/** An input of a model, as far as examples must fit it. */
export type ExampleInput = VaryingType & { readonly name: string };

/** Examples of a model: those of its one input, or of each input in a list, or by the names of its inputs. */
export type ExampleInputs = ExampleArray | readonly ExampleArray[] | { readonly [input: string]: ExampleArray };

/**
 * Examples of all inputs, `[examples, …shape]` each. One example becomes `[1, …shape]`, and a flat array as many as there
 * are; what fits in no way is left as it is, for the checks that follow to name.
 * @throws AdjointError `DATA_INVALID` or `SHAPE_MISMATCH` for what is no array of numbers
 */
export async function inputsOf(
  given: unknown,
  inputs: readonly ExampleInput[],
  who: string,
): Promise<Several<HostTensor>> {
  const [first, ...others] = severalOf(inputs);
  const byName = recordOf(given, inputs);
  if (byName) return allOf(inputs.map(({ name }) => byName[name]));
  if (Array.isArray(given) && isPerInput(given, inputs)) return allOf(given);
  if (others.length === 0) return [fitted(await arrayOf(given, first.dtype, who), first.shape)];
  throw new AdjointError(
    'DATA_INVALID',
    `${who}: the model takes ${inputs.length} inputs; give a list with one array for each, or an object { ${inputs.map(({ name }) => name).join(', ')} }.`,
  );

  async function allOf(values: readonly unknown[]): Promise<Several<HostTensor>> {
    const arrays = await Promise.all(
      values.map((value, i) =>
        arrayOf(value, inputs[i]?.dtype, inputs.length > 1 ? `${who}: input '${inputs[i]?.name}'` : who),
      ),
    );
    return mapSeveral(severalOf(arrays), (array, i) => fitted(array, inputs[i]?.shape ?? array.shape.slice(1)));
  }
}

/** Arrays by the names of a model's inputs. */
function recordOf(given: unknown, inputs: readonly ExampleInput[]): Readonly<Record<string, unknown>> | undefined {
  if (
    typeof given !== 'object' ||
    given === null ||
    Array.isArray(given) ||
    isTensor(given) ||
    ArrayBuffer.isView(given)
  )
    return undefined;
  return inputs.every(({ name }) => Object.hasOwn(given, name)) ? (given as Record<string, unknown>) : undefined;
}

/** Whether a list has one array for each input. Of one input, it may as well be a list of examples: their axes tell. */
function isPerInput(given: readonly unknown[], inputs: readonly ExampleInput[]): boolean {
  if (inputs.length > 1) return given.length === inputs.length;
  const [input] = inputs;
  return given.length > 0 && given.every((one) => isTensor(one) && one.shape.length !== input?.shape.length);
}

function isTensor(value: unknown): value is HostTensor | Tensor | ForeignTensor {
  return value instanceof Tensor || isHostTensor(value) || isForeign(value);
}

function isForeign(value: unknown): value is ForeignTensor {
  const { shape, data } = (value ?? {}) as { readonly shape?: unknown; readonly data?: unknown };
  return Array.isArray(shape) && typeof data === 'function';
}

/** The numbers of a value, on the host. Errors begin with `who`. */
export async function arrayOf(value: unknown, dtype: DType | undefined, who: string): Promise<HostTensor> {
  try {
    const read = await readValue(value);
    if (Array.isArray(read) && read.length > 0) {
      if (read.some(isTensor)) return stacked(await Promise.all(read.map((one) => arrayOf(one, dtype, who))));
      if (isRows(read)) return joinedRows(read, dtype ?? 'float32');
    }
    return hostTensor(read as TensorLike, undefined, dtype);
  } catch (error) {
    if (!isAdjointError(error) || error.message.startsWith(who)) throw error;
    throw new AdjointError(error.code, `${who}: ${error.message.replace(/^tensor: /, '')}`, { cause: error });
  }
}

async function readValue(value: unknown): Promise<unknown> {
  if (value instanceof Tensor) return value.read();
  return isForeign(value) ? hostTensor(await value.data(), [...value.shape]) : value;
}

/** Typed arrays of one length: what is joined without a list of all numbers. */
function isRows(list: readonly unknown[]): list is readonly TypedArray[] {
  const [first] = list as readonly Partial<TypedArray>[];
  return list.every((row) => ArrayBuffer.isView(row) && 'length' in row && row.length === first?.length);
}

function joinedRows(rows: readonly TypedArray[], dtype: DType): HostTensor {
  const length = rows[0]?.length ?? 0;
  const data = allocateArray(dtype, rows.length * length);
  rows.forEach((row, i) => data.set(convertElements(row, dtype), i * length));
  return { data, shape: [rows.length, length], dtype };
}

/** Tensors of one shape along a new first axis. @throws AdjointError `SHAPE_MISMATCH` */
function stacked(tensors: readonly HostTensor[]): HostTensor {
  const [{ shape, dtype }] = severalOf(tensors);
  const odd = tensors.find((tensor) => !sameShape(tensor.shape, shape) || tensor.dtype !== dtype);
  if (odd)
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `the examples of a list are of shapes [${shape.join(', ')}] and [${odd.shape.join(', ')}]; all must have one shape and dtype.`,
    );
  return { ...joined(tensors), shape: [tensors.length, ...shape] };
}

/** Tensors one below the other: their first axes add up. */
export function joined(tensors: readonly HostTensor[]): HostTensor {
  const [first] = severalOf(tensors);
  const { dtype } = first;
  if (tensors.length === 1) return first;
  const data = allocateArray(
    dtype,
    tensors.reduce((sum, tensor) => sum + tensor.data.length, 0),
  );
  let at = 0;
  for (const tensor of tensors) {
    data.set(tensor.data, at);
    at += tensor.data.length;
  }
  const rows = tensors.reduce((sum, { shape: [count = 1] }) => sum + count, 0);
  return { data, shape: [rows, ...first.shape.slice(1)], dtype };
}

/** Whether an array is one example of a type, and not several. */
export function isOneExample({ shape }: HostTensor, type: VaryingShape): boolean {
  return fitsShape(shape, type) && !fitsShape(shape.slice(1), type);
}

/** An array as `[examples, …shape]`, if it can be seen as that without doubt. */
function fitted(tensor: HostTensor, type: VaryingShape): HostTensor {
  const { data, shape } = tensor;
  if (shape.length > 0 && fitsShape(shape.slice(1), type)) return tensor;
  if (isOneExample(tensor, type)) return { ...tensor, shape: [1, ...shape] };
  if (type.includes(null)) return tensor;
  const example = type.map(Number);
  const size = sizeOf(example);
  const [examples = 1, ...rest] = shape;
  // Flat as a whole or in each example, or with other axes of 1.
  const isFlat = shape.length === 1 || (rest.length === 1 && rest[0] === size);
  const differsInOnes = sameShape(withoutOnes(rest), withoutOnes(example));
  if (size === 0 || data.length % size !== 0 || !(isFlat || differsInOnes)) return tensor;
  if (!(shape.length === 1) && data.length / size !== examples) return tensor;
  return { ...tensor, shape: [data.length / size, ...example] };
}

function withoutOnes(shape: readonly number[]): number[] {
  return shape.filter((extent) => extent !== 1);
}
