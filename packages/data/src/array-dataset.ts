import {
  AdjointError,
  allocateArray,
  hostTensor,
  sizeOf,
  type Batch,
  type Dataset,
  type ExampleType,
  type HostTensor,
  type Shape,
  type TypedArray,
} from '@adjoint/core';

/** One array of a dataset: `shape` is `[examples, …]` and defaults to `[examples]`; the dtype is that of the typed array. */
export interface ArraySource {
  readonly data: TypedArray;
  readonly shape?: Shape;
}

/** Arrays that share their first axis, one example per entry. */
export interface DatasetArrays {
  /** One array, or one per input of the model. */
  readonly inputs: ArraySource | readonly ArraySource[];
  readonly targets: ArraySource;
}

/** A dataset held in memory; the arrays are used as they are, not copied. */
export class ArrayDataset implements Dataset {
  readonly size: number;
  readonly inputs: readonly ExampleType[];
  readonly targets: ExampleType;
  readonly #inputs: readonly HostTensor[];
  readonly #targets: HostTensor;
  /** For each example its row in the arrays; `undefined` where they are the same. */
  readonly #rows: Int32Array | undefined;

  constructor(inputs: readonly HostTensor[], targets: HostTensor, rows?: Int32Array) {
    this.#inputs = inputs;
    this.#targets = targets;
    this.#rows = rows;
    this.size = rows?.length ?? targets.shape[0]!;
    this.inputs = inputs.map(exampleTypeOf);
    this.targets = exampleTypeOf(targets);
  }

  batch(indices: Int32Array): Batch {
    checkIndices(indices, this.size);
    const rows = this.#rows ? indices.map((index) => this.#rows![index]!) : indices;
    return { inputs: this.#inputs.map((tensor) => takeRows(tensor, rows)), targets: takeRows(this.#targets, rows) };
  }

  /** The targets of all examples, in their order: `[size, …]`. What `split` wants for `stratify`. */
  allTargets(): HostTensor {
    return this.#rows ? takeRows(this.#targets, this.#rows) : this.#targets;
  }

  /** The examples at `indices`, in that order; shares the arrays. */
  subset(indices: Int32Array): ArrayDataset {
    checkIndices(indices, this.size);
    return new ArrayDataset(
      this.#inputs,
      this.#targets,
      this.#rows ? indices.map((index) => this.#rows![index]!) : indices.slice(),
    );
  }
}

/**
 * A dataset of typed arrays: `dataset({ inputs: { data, shape: [100, 3] }, targets: { data: labels } })`.
 * @throws AdjointError `SHAPE_MISMATCH` if an array does not fill its shape, or the arrays differ in their number of examples
 */
export function dataset(arrays: DatasetArrays): ArrayDataset {
  const sources = 'data' in arrays.inputs ? [arrays.inputs] : arrays.inputs;
  const inputs = sources.map((source) => hostTensor(source.data, source.shape));
  const targets = hostTensor(arrays.targets.data, arrays.targets.shape);
  if (inputs.length === 0)
    throw new AdjointError('SHAPE_MISMATCH', 'dataset: there is no input; give at least one array.');
  for (const [name, tensor] of [
    ...inputs.map((input, i) => [`input ${i}`, input] as const),
    ['targets', targets] as const,
  ]) {
    if (tensor.shape.length === 0)
      throw new AdjointError('SHAPE_MISMATCH', `dataset: ${name} is a scalar; its first axis must count the examples.`);
    if (tensor.shape[0] !== targets.shape[0]) {
      throw new AdjointError(
        'SHAPE_MISMATCH',
        `dataset: ${name} holds ${tensor.shape[0]} examples and the targets ${targets.shape[0]}; every array needs one entry per example.`,
      );
    }
  }
  return new ArrayDataset(inputs, targets);
}

function exampleTypeOf(tensor: HostTensor): ExampleType {
  return { shape: tensor.shape.slice(1), dtype: tensor.dtype };
}

function takeRows(tensor: HostTensor, rows: Int32Array): HostTensor {
  const inner = tensor.shape.slice(1);
  const length = sizeOf(inner);
  const data = allocateArray(tensor.dtype, rows.length * length);
  for (let i = 0; i < rows.length; i++) {
    const start = rows[i]! * length;
    data.set(tensor.data.subarray(start, start + length), i * length);
  }
  return { data, shape: [rows.length, ...inner], dtype: tensor.dtype };
}

/** @throws AdjointError `OPTIONS_INVALID` if an index is outside 0 … size − 1 */
export function checkIndices(indices: Int32Array, size: number): void {
  const wrong = indices.find((index) => index < 0 || index >= size);
  if (wrong !== undefined) {
    throw new AdjointError(
      'OPTIONS_INVALID',
      `dataset: there is no example ${wrong}; the ${size} examples are numbered from 0.`,
    );
  }
}
