import type { TracedFunction } from '../engine/traced-function.js';
import { AdjointError } from '../errors.js';
import { allocateArray } from '../tensor/dtype.js';
import { validateOptions } from '../registry/options/index.js';
import { hostTensor, type HostTensor } from '../tensor/host-tensor.js';
import { mapSeveral, severalOf, type Several } from '../tensor/several.js';
import { sizeOf } from '../tensor/shape.js';
import { batches } from '../data/batches.js';
import { checkInputs } from '../data/check-batch.js';
import type { Dataset, ExampleType, VaryingType } from '../data/dataset.js';
import { inputsOf, type ExampleInputs } from '../data/examples.js';
import { pairOf, type LabelledArrays } from '../data/labelled-arrays.js';
import { Breather } from '../data/breather.js';
import type { Watched } from '../data/work-progress.js';
import type { Composition, InputSpecification } from './composition.js';
import { predictOptions } from './option-schemas.js';

/** Examples to use a model on, one or many: a dataset, or arrays of its inputs. */
export type Examples = Dataset | ExampleInputs | LabelledArrays;

export interface PredictOptions extends Watched {
  /** Examples per run; 256 if not given. */
  readonly batchSize?: number;
  /**
   * Number of a draw, from 0: layers then run as while training, and what is random in them (dropout) is drawn; another
   * number gives another draw. Running statistics stay as they are. Without it nothing is random.
   */
  readonly draw?: number;
}

/**
 * Runs a function over examples, some at a time, and puts its outputs together: [examples, …output] each. Where there is a
 * draw, the first input of the function is another number for each draw and batch, int32 [1].
 */
export async function predictInBatches(
  program: Pick<TracedFunction, 'call'>,
  { inputs, outputs }: { readonly inputs: readonly InputSpecification[]; readonly outputs: Several<VaryingType> },
  examples: Examples,
  options: PredictOptions = {},
): Promise<Several<HostTensor>> {
  validateOptions(predictOptions, options, 'predict');
  const { batchSize = 256, draw, onProgress } = options;
  const source = isDataset(examples) ? examples : await arraySource(examples, inputs);
  checkInputs(source.inputs, inputs, 'predict: the data');
  let whole = mapSeveral(outputs, ({ shape, dtype }) =>
    emptyOf({ shape: shape.map((extent) => extent ?? 0), dtype }, source.size),
  );
  const breather = new Breather();
  for (const indices of batches(source, { batchSize, shuffle: false })) {
    const [first = 0] = indices;
    const { inputs: batch } = await source.batch(indices);
    const number = (draw ?? 0) * Math.ceil(source.size / batchSize) + first / batchSize;
    const drawn = draw === undefined ? [] : [hostTensor(Int32Array.of(number))];
    const results = severalOf(await program.call([...drawn, ...batch]));
    // Members of an ensemble may be combined into something of another shape than their own outputs.
    if (first === 0)
      whole = mapSeveral(results, ({ shape, dtype }) => emptyOf({ shape: shape.slice(1), dtype }, source.size));
    whole.forEach(({ data, shape }, i) => data.set(results[i]!.data, first * sizeOf(shape.slice(1))));
    onProgress?.({ work: 'prediction', done: first + indices.length, total: source.size, unit: 'examples' });
    await breather.breathe();
  }
  return whole;
}

/**
 * The output of a model that has one.
 * @throws AdjointError `OPTIONS_INVALID` where it has several: those are what `predictAll` gives.
 */
export function onlyOutput({ outputs }: Pick<Composition, 'outputs'>, values: Several<HostTensor>): HostTensor {
  if (values.length === 1) return values[0];
  throw new AdjointError(
    'OPTIONS_INVALID',
    `predict: the model has ${outputs.length} outputs (${outputs.join(', ')}); call predictAll for a list of them.`,
  );
}

function emptyOf({ shape, dtype }: ExampleType, examples: number): HostTensor {
  return { data: allocateArray(dtype, examples * sizeOf(shape)), shape: [examples, ...shape], dtype };
}

type Source = Pick<Dataset, 'size'> & {
  readonly inputs: readonly ExampleType[];
  batch(indices: Int32Array): { inputs: readonly HostTensor[] } | Promise<{ inputs: readonly HostTensor[] }>;
};

/** Examples as one array for each input, all with as many entries. Errors are those of `predict`. */
async function arraySource(examples: unknown, inputs: readonly InputSpecification[]): Promise<Source> {
  const arrays = await inputsOf(pairOf(examples)?.x ?? examples, inputs, 'predict: the examples');
  const sizes = [...new Set(arrays.map(({ shape }) => shape[0]))];
  const [size] = sizes;
  if (sizes.length > 1 || size === undefined) {
    throw new AdjointError(
      'DATA_INVALID',
      `predict: the inputs have ${sizes.join(' and ')} examples; all must have the same number, along their first axis.`,
    );
  }
  return {
    size,
    inputs: arrays.map(({ shape, dtype }) => ({ shape: shape.slice(1), dtype })),
    batch: (indices) => ({ inputs: arrays.map((array) => rowsOf(array, indices)) }),
  };
}

function isDataset(value: unknown): value is Dataset {
  return typeof value === 'object' && value !== null && 'batch' in value && typeof value.batch === 'function';
}

/** Examples of an array by their numbers, which follow each other. */
function rowsOf({ data, shape, dtype }: HostTensor, indices: Int32Array): HostTensor {
  const row = sizeOf(shape.slice(1));
  const first = indices[0]! * row;
  return {
    data: data.subarray(first, first + indices.length * row),
    shape: [indices.length, ...shape.slice(1)],
    dtype,
  };
}
