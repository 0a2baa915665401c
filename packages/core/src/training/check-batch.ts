import { AdjointError } from '../errors.js';
import type { Model } from '../model/model.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { formatShape, sameShape } from '../tensor/shape.js';
import type { Batch, Dataset, ExampleType } from './dataset.js';

/** Checks that a dataset's examples are what the model takes. */
export function checkDataset(dataset: Dataset, model: Model): void {
  if (dataset.inputs.length !== model.inputs.length) {
    throw new AdjointError(
      'DATA_INVALID',
      `The dataset has ${dataset.inputs.length} inputs and the model ${model.inputs.length}: ${model.inputs.map(describe).join(', ')}.`,
    );
  }
  model.inputs.forEach((input, i) => {
    const given = dataset.inputs[i]!;
    if (given.dtype === input.dtype && sameShape(given.shape, input.shape)) return;
    throw new AdjointError(
      'DATA_INVALID',
      `The dataset's input ${i} has examples ${given.dtype} ${formatShape(given.shape)}; the model's input '${input.name}' takes ${describe(input)}. Transform the dataset, or compose the model for this shape.`,
    );
  });
  if (dataset.size === 0) throw new AdjointError('DATA_INVALID', 'The dataset is empty.');
}

function describe({ dtype, shape }: ExampleType): string {
  return `${dtype} ${formatShape(shape)}`;
}

/**
 * Checks values that a program could not report: NaN and infinities in the inputs, class numbers out of range.
 * @throws AdjointError `DATA_INVALID` that names the input and the example.
 */
export function checkBatch({ inputs, targets }: Batch, model: Model): void {
  inputs.forEach((input, i) => checkFinite(input, `input '${model.inputs[i]!.name}'`));
  checkFinite(targets, 'the targets');
  const classes = model.output.shape.at(-1) ?? 1;
  if (targets.dtype !== 'int32' || targets.shape.length !== model.output.shape.length) return;
  const wrong = targets.data.findIndex((label) => label < 0 || label >= classes);
  if (wrong >= 0) {
    throw new AdjointError(
      'DATA_INVALID',
      `Example ${wrong} of the batch has the class ${targets.data[wrong]}; the model's output ${formatShape(model.output.shape)} has the classes 0 … ${classes - 1}.`,
    );
  }
}

function checkFinite({ data, shape, dtype }: HostTensor, what: string): void {
  if (dtype !== 'float32' && dtype !== 'float64') return;
  // A sum is finite only if all terms are; the place is searched only if it is not.
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i]! * 0;
  if (sum === 0) return;
  const at = data.findIndex((value) => !Number.isFinite(value));
  const example = Math.floor(at / (data.length / shape[0]!));
  throw new AdjointError(
    'DATA_INVALID',
    `Example ${example} of the batch has ${data[at]} in ${what}; clean the data, or replace missing values before training.`,
  );
}
