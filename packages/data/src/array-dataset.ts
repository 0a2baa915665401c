import {
  AdjointError,
  checkExamples,
  distinct,
  formatShape,
  hostTensor,
  inspectable,
  mapSeveral,
  severalOf,
  takeRows,
  type Batch,
  type DType,
  type Dataset,
  type ExampleType,
  type HostTensor,
  type Several,
  type Shape,
  type TypedArray,
} from '@adjoint/core';
import { array, custom, natural, oneOf, optional, schemaOf, validateOptions, type Schema } from '@adjoint/core/options';

/** One array of a dataset, or a host tensor. */
export interface ArraySource {
  readonly data: TypedArray;
  /** `[examples, …]`; `[examples]` if not given. */
  readonly shape?: Shape;
  /** If not given, that of the numbers in the array: int32 for bytes. Masks are bytes of 'bool'. */
  readonly dtype?: DType;
}

/** Arrays that share their first axis, one example per entry. */
export interface DatasetArrays {
  /** One array, or one per input of the model. */
  readonly inputs: ArraySource | readonly ArraySource[];
  /** One array, or one for each that losses and metrics ask for; none for data without labels. */
  readonly targets?: ArraySource | readonly ArraySource[];
  /** How much each example counts, ≥ 0 and not all 0. */
  readonly weights?: Float32Array;
}

const arraySource = schemaOf<ArraySource>({
  data: custom<TypedArray>(ArrayBuffer.isView, 'a typed array'),
  shape: optional(array(natural)),
  dtype: optional(oneOf('float32', 'float64', 'int32', 'bool')),
});

function arraysOf(given: Partial<DatasetArrays> | null): Schema<DatasetArrays> {
  const sources = (list: unknown): Schema => (Array.isArray(list) ? array(arraySource) : arraySource);
  return schemaOf<DatasetArrays>({
    inputs: sources(given?.inputs),
    targets: optional(sources(given?.targets)),
    weights: optional(
      custom<Float32Array>(
        (value) => value instanceof Float32Array && (value.length === 0 || value.some((weight) => weight !== 0)),
        'a Float32Array of weights ≥ 0 that are not all 0',
      ),
    ),
  });
}

/** A dataset held in memory; the arrays are used as they are, not copied. */
export class ArrayDataset implements Dataset {
  readonly size: number;
  readonly inputs: Several<ExampleType>;
  readonly targets: readonly ExampleType[];
  readonly #held: Batch;
  /** For each example its row in the arrays; `undefined` where they are the same. */
  readonly #rows: Int32Array | undefined;

  /** @internal Use dataset. */
  constructor(held: Batch, rows?: Int32Array) {
    this.#held = held;
    this.#rows = rows;
    this.size = rows?.length ?? held.inputs[0].shape[0] ?? 0;
    this.inputs = mapSeveral(held.inputs, exampleTypeOf);
    this.targets = held.targets.map(exampleTypeOf);
    distinct(this);
  }

  batch(indices: Int32Array): Batch {
    return this.#take(this.#rowsOf(indices));
  }

  /** All examples in order; the arrays themselves, where none was left out or moved. */
  whole(): Batch {
    return this.#rows ? this.#take(this.#rows) : this.#held;
  }

  #take(rows: Int32Array): Batch {
    const { inputs, targets, weights } = this.#held;
    return {
      inputs: mapSeveral(inputs, (tensor) => takeRows(tensor, rows)),
      targets: targets.map((tensor) => takeRows(tensor, rows)),
      ...(weights && { weights: takeRows(weights, rows) }),
    };
  }

  /**
   * The targets of all examples, in their order: `[size, …]`. What `split` wants for `stratify`.
   * @throws AdjointError `DATA_INVALID` if there are none
   */
  allTargets(place = 0): HostTensor {
    const targets = this.#held.targets[place];
    if (!targets)
      throw new AdjointError('DATA_INVALID', `dataset: it has no targets ${place}; it has ${this.targets.length}.`);
    return this.#rows ? takeRows(targets, this.#rows) : targets;
  }

  /** The examples at `indices`, in that order; shares the arrays. */
  subset(indices: Int32Array): ArrayDataset {
    return new ArrayDataset(this.#held, this.#rowsOf(indices));
  }

  #rowsOf(indices: Int32Array): Int32Array {
    checkExamples(indices, this.size);
    const rows = this.#rows;
    return rows ? indices.map((index) => rows[index] ?? 0) : indices.slice();
  }
}

inspectable(ArrayDataset, ({ size, inputs, targets }) => {
  const types = (list: readonly ExampleType[]): string =>
    list.map(({ dtype, shape }) => `${dtype} ${formatShape(shape)}`).join(', ') || 'none';
  return `ArrayDataset of ${size} examples, inputs ${types(inputs)}, targets ${types(targets)}`;
});

/**
 * A dataset of typed arrays: `dataset({ inputs: { data, shape: [100, 3] }, targets: { data: labels } })`.
 * @throws AdjointError `SHAPE_MISMATCH` if an array does not fill its shape, or the arrays differ in their number of examples
 */
export function dataset(arrays: DatasetArrays): ArrayDataset {
  validateOptions(arraysOf(arrays), arrays, 'dataset');
  const { inputs: ofInputs, targets: ofTargets = [], weights: ofWeights } = arrays;
  const tensors = (sources: ArraySource | readonly ArraySource[]): HostTensor[] =>
    ('data' in sources ? [sources] : sources).map(({ data, shape, dtype }) => hostTensor(data, shape, dtype));
  const inputs = tensors(ofInputs);
  const targets = tensors(ofTargets);
  const weights = ofWeights && hostTensor(ofWeights);
  if (inputs.length === 0)
    throw new AdjointError('SHAPE_MISMATCH', 'dataset: there is no input; give at least one array.');
  const named: [string, HostTensor][] = [
    ...targets.map((tensor, i): [string, HostTensor] => [i === 0 ? 'the targets' : `the targets ${i}`, tensor]),
    ...inputs.map((tensor, i): [string, HostTensor] => [`input ${i}`, tensor]),
    ...(weights ? [['the weights', weights] as [string, HostTensor]] : []),
  ];
  const [[reference, first]] = named as [[string, HostTensor]];
  for (const [name, { shape }] of named) {
    if (shape.length === 0)
      throw new AdjointError('SHAPE_MISMATCH', `dataset: ${name} is a scalar; its first axis must count the examples.`);
    if (shape[0] !== first.shape[0])
      throw new AdjointError(
        'SHAPE_MISMATCH',
        `dataset: ${name} holds ${shape[0]} examples and ${reference} ${first.shape[0]}; every array needs one entry per example.`,
      );
  }
  return new ArrayDataset({ inputs: severalOf(inputs), targets, ...(weights && { weights }) });
}

function exampleTypeOf(tensor: HostTensor): ExampleType {
  return { shape: tensor.shape.slice(1), dtype: tensor.dtype };
}
