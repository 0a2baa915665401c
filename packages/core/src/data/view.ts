import { AdjointError } from '../errors.js';
import { validateOptions, valueText } from '../registry/options/index.js';
import { isHostTensor, type HostTensor } from '../tensor/host-tensor.js';
import { allocateArray } from '../tensor/dtype.js';
import { mapSeveral } from '../tensor/several.js';
import { sizeOf } from '../tensor/shape.js';
import { checkDataset } from './check-batch.js';
import type { Batch, Dataset, ExampleType } from './dataset.js';
import { viewOptions } from './option-schemas.js';
import { checkForm } from './read-batch.js';

/** What a view changes about a dataset; arrays have one entry for each example of the view. */
export interface ViewOptions {
  /** Examples of the dataset, in this order; repetitions are allowed. All if not given. */
  readonly indices?: Int32Array;
  /** How much each example counts, ≥ 0 and not all 0. */
  readonly weights?: Float32Array;
  /** Takes the place of all targets: `[examples, …]`. */
  readonly targets?: HostTensor;
}

/**
 * Some examples of a dataset, perhaps with other weights or targets; nothing is copied.
 * @throws AdjointError `OPTIONS_INVALID` if an index is out of range, or an array has not one entry for each example
 */
export function view(dataset: Dataset, options: ViewOptions): Dataset {
  checkDataset(dataset, 'view');
  validateOptions(viewOptions, options, 'view');
  const { indices, weights, targets } = options;
  if (indices) checkExamples(indices, dataset.size);
  const rows = indices?.slice();
  const size = rows?.length ?? dataset.size;
  for (const [what, length] of [
    ['weights', weights?.length ?? size],
    ['targets', targets?.shape[0] ?? size],
  ] as const) {
    if (length !== size)
      throw new AdjointError(
        'OPTIONS_INVALID',
        `view: there are ${length} ${what} for ${size} examples; give one for each example.`,
      );
  }
  const whole = dataset.whole?.bind(dataset);
  return {
    size,
    inputs: dataset.inputs,
    targets: targets ? [{ shape: targets.shape.slice(1), dtype: targets.dtype }] : dataset.targets,
    async batch(positions, at) {
      checkExamples(positions, size);
      const batch = await dataset.batch(rows ? positions.map((position) => rows[position]!) : positions, at);
      return {
        ...batch,
        ...(weights && {
          weights: {
            data: Float32Array.from(positions, (position) => weights[position]!),
            shape: [positions.length],
            dtype: 'float32',
          },
        }),
        ...(targets && { targets: [takeRows(targets, positions)] }),
      };
    },
    ...(whole && {
      whole(): Batch {
        const batch = rows ? rowsOf(whole(), rows) : whole();
        return {
          ...batch,
          ...(weights && { weights: { data: weights, shape: [size], dtype: 'float32' } }),
          ...(targets && { targets: [targets] }),
        };
      },
    }),
  };
}

/**
 * A dataset of all its examples at once, such as those that `whole` of another one gives.
 * @throws AdjointError `DATA_INVALID` if it is no batch
 */
export function datasetOf(whole: Batch): Dataset {
  checkForm(whole);
  const typeOf = ({ shape, dtype }: HostTensor): ExampleType => ({ shape: shape.slice(1), dtype });
  const size = whole.inputs[0].shape[0] ?? 0;
  return {
    size,
    inputs: mapSeveral(whole.inputs, typeOf),
    targets: whole.targets.map(typeOf),
    whole: () => whole,
    batch(indices) {
      checkExamples(indices, size);
      return rowsOf(whole, indices);
    },
  };
}

function rowsOf({ inputs, targets, weights }: Batch, rows: Int32Array): Batch {
  return {
    inputs: mapSeveral(inputs, (tensor) => takeRows(tensor, rows)),
    targets: targets.map((tensor) => takeRows(tensor, rows)),
    ...(weights && { weights: takeRows(weights, rows) }),
  };
}

/** Rows of a tensor, by their numbers, copied. */
export function takeRows(tensor: HostTensor, rows: Int32Array): HostTensor {
  if (!isHostTensor(tensor) || !(rows instanceof Int32Array))
    throw new AdjointError(
      'DATA_INVALID',
      'takeRows: takes a host tensor { data, shape, dtype } and an Int32Array of rows.',
    );
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
export function checkExamples(indices: Int32Array, size: number): void {
  if (!(indices instanceof Int32Array))
    throw new AdjointError(
      'OPTIONS_INVALID',
      `dataset: the numbers of examples are ${valueText(indices)}; give an Int32Array.`,
    );
  const wrong = indices.find((index) => index < 0 || index >= size);
  if (wrong === undefined) return;
  throw new AdjointError(
    'OPTIONS_INVALID',
    `dataset: there is no example ${wrong}; the ${size} examples are numbered from 0.`,
  );
}
