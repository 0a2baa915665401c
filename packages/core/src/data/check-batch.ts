import { AdjointError } from '../errors.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { fitsShape, formatShape } from '../tensor/shape.js';
import type { Batch, Dataset, ExampleType, VaryingType } from './dataset.js';

/** An input of what the data are for, with its name for messages. */
type NamedType = VaryingType & { readonly name: string };

/** What a model takes and gives, as far as data must fit it. */
interface Fitted {
  readonly inputs: readonly NamedType[];
  readonly output: VaryingType;
}

/** Checks that examples are what the model takes; `what` holds them. */
export function checkInputs(given: readonly ExampleType[], inputs: readonly NamedType[], what: string): void {
  if (given.length !== inputs.length) {
    throw new AdjointError(
      'DATA_INVALID',
      `${what}: found ${given.length} inputs, but the model takes ${inputs.length}: ${inputs.map(describe).join(', ')}.`,
    );
  }
  inputs.forEach((input, i) => {
    const { dtype, shape } = given[i]!;
    if (dtype === input.dtype && fitsShape(shape, input.shape)) return;
    throw new AdjointError(
      'DATA_INVALID',
      `${what}: the examples of input ${i} are ${dtype} ${formatShape(shape)}, but the model's input '${input.name}' takes ${describe(input)}. Transform the data, or compose the model for this shape.`,
    );
  });
}

/** Checks that a dataset's examples are what the model takes. */
export function checkDataset(dataset: Dataset, { inputs }: Fitted): void {
  checkInputs(dataset.inputs, inputs, 'dataset');
  if (dataset.size === 0) throw new AdjointError('DATA_INVALID', 'dataset: it is empty.');
}

function describe({ dtype, shape }: VaryingType): string {
  return `${dtype} ${formatShape(shape)}`;
}

/**
 * Checks values that a program could not report: NaN and infinities in the inputs, class numbers out of range.
 * @throws AdjointError `DATA_INVALID` that names the input and the example.
 */
export function checkBatch({ inputs, targets }: Batch, model: Fitted): void {
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
  // A plain loop: findIndex takes ten times as long, and this is done in every step.
  let at = 0;
  while (at < data.length && Number.isFinite(data[at])) at++;
  if (at === data.length) return;
  const example = Math.floor(at / (data.length / shape[0]!));
  throw new AdjointError(
    'DATA_INVALID',
    `Example ${example} of the batch has ${data[at]} in ${what}; clean the data, or replace missing values before training.`,
  );
}
