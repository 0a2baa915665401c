import {
  AdjointError,
  view,
  type Batch,
  type CreateContext,
  type DataReference,
  type Dataset,
  type HostTensor,
} from '@adjoint/core';
import type { Sample } from './split.js';

/** What the tree shall say of an example. */
interface Wanted {
  readonly outputs: number;
  readonly isClassifier: boolean;
}

/** All examples of a job that count, as a tree takes them. @throws AdjointError `DATA_INVALID` for data that do not fit */
export async function readSample(
  { data, ...changes }: DataReference,
  wanted: Wanted,
  context: CreateContext,
): Promise<Sample> {
  const whole = 'size' in data ? (data as Dataset) : await context.create('dataset', data);
  const dataset = Object.values(changes).some((change) => change !== undefined) ? view(whole, changes) : whole;
  const batch = dataset.whole?.() ?? (await dataset.batch(Int32Array.from({ length: dataset.size }, (_, i) => i)));
  return sampleOf(batch, dataset.size, wanted);
}

function sampleOf({ inputs: [input], targets: [target], weights: given }: Batch, size: number, wanted: Wanted): Sample {
  const { outputs } = wanted;
  if (!target) throw new AdjointError('DATA_INVALID', 'cart: the data have no targets; give the dataset labels.');
  const features = input.data.length / size;
  const weights = given ? Float64Array.from(given.data) : new Float64Array(size).fill(1);
  const rows = Int32Array.from(weights.keys()).filter((row) => weights[row]! > 0);
  if (rows.length === 0)
    throw new AdjointError(
      'DATA_INVALID',
      'cart: there is no example whose weight is above 0, so no tree can be grown.',
    );
  const targets = wanted.isClassifier ? classesOf(target, size, outputs) : numbersOf(target, size, outputs);
  if (rows.length === size) return { inputs: input.data, features, targets, outputs, weights };
  const taken = (values: ArrayLike<number>, columns: number): Float64Array =>
    Float64Array.from({ length: rows.length * columns }, (_, i) => {
      return values[rows[Math.floor(i / columns)]! * columns + (i % columns)]!;
    });
  return {
    inputs: taken(input.data, features),
    features,
    targets: taken(targets, outputs),
    outputs,
    weights: taken(weights, 1),
  };
}

function numbersOf({ data }: HostTensor, size: number, outputs: number): ArrayLike<number> {
  if (data.length === size * outputs) return data;
  throw new AdjointError(
    'DATA_INVALID',
    `cart: the targets have ${data.length / size} numbers for each example, but the tree has ${outputs} units; give it as many units.`,
  );
}

/** 1 for the class of an example, 0 for the others; probabilities as they are. */
function classesOf({ data }: HostTensor, size: number, classes: number): ArrayLike<number> {
  if (data.length === size * classes && classes > 1) return data;
  const wrong = data.find((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
  if (data.length !== size || wrong !== undefined)
    throw new AdjointError(
      'DATA_INVALID',
      `cart: a tree of ${classes} units takes one class 0 … ${classes - 1} for each example${wrong === undefined ? '' : `, but there is a ${wrong}`}.`,
    );
  const shares = new Float64Array(size * classes);
  for (let row = 0; row < size; row++) shares[row * classes + data[row]!] = 1;
  return shares;
}
