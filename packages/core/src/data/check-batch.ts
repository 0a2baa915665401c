import { AdjointError } from '../errors.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { fitsShape, formatShape } from '../tensor/shape.js';
import { checkForm } from './read-batch.js';
import type { Batch, Dataset, DataType, ExampleType, VaryingType } from './dataset.js';
import { openerOf } from './iterable-source.js';

/** An input of what the data are for, with its name for messages. */
type NamedType = VaryingType & { readonly name: string };

/** What a model takes, as far as data must fit it. */
interface Fitted {
  readonly inputs: readonly NamedType[];
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
      `${what}: the examples${inputs.length > 1 ? ` of the input '${input.name}'` : ''} are ${dtype} ${formatShape(shape)}, but the model takes ${describe(input)}. Transform the data, or compose the model for this shape.`,
    );
  });
}

/** Checks that the examples of a dataset, or of what `check` lets pass, are what the model takes. */
export function checkData(
  data: DataType & { readonly size?: number },
  { inputs }: Fitted,
  check: (data: unknown) => void = checkDataset,
): void {
  check(data);
  checkInputs(data.inputs, inputs, 'dataset');
  if (data.size === 0) throw new AdjointError('DATA_INVALID', 'dataset: it is empty.');
}

/** Whether something is a dataset. @throws AdjointError `DATA_INVALID` */
export function checkDataset(data: unknown, what = 'dataset'): asserts data is Dataset {
  refuseStream(data, what);
  checkSource(data, what);
}

/** Whether something is a dataset, or a stream of batches. @throws AdjointError `DATA_INVALID` */
export function checkSource(data: unknown, what = 'dataset'): asserts data is DataType {
  const { size, inputs, targets, batch, batches } = (data ?? {}) as { readonly [name: string]: unknown };
  const isDataset = typeof batch === 'function' && Number.isSafeInteger(size);
  if ((isDataset || typeof batches === 'function') && isTypes(inputs) && isTypes(targets)) return;
  throw new AdjointError(
    'DATA_INVALID',
    `${what}: it is no dataset; give arrays { x, y }, or { size, inputs: [{ shape, dtype }, …], targets: [{ shape, dtype }, …], batch }.`,
  );
}

/** The door of all that reads examples by number, or more than once. @throws AdjointError `DATA_INVALID` */
export function refuseStream(data: unknown, what: string): void {
  const { batch, batches } = Object(data) as { readonly batch?: unknown; readonly batches?: unknown };
  if (typeof batch === 'function' || Array.isArray(data)) return;
  if (typeof batches !== 'function' && !openerOf(data)) return;
  throw new AdjointError(
    'DATA_INVALID',
    `${what}: found a stream, such as a generator, which is read from its beginning to its end; examples are read again and in any order here. Collect them first: const data = []; for await (const example of stream) data.push(example);`,
  );
}

function isTypes(types: unknown): boolean {
  return Array.isArray(types) && types.every((type: Partial<ExampleType> | null) => Array.isArray(type?.shape));
}

function describe({ dtype, shape }: VaryingType): string {
  return `${dtype} ${formatShape(shape)}`;
}

/**
 * Checks what a program could not report: arrays with other numbers of examples, NaN and infinities, negative weights.
 * @throws AdjointError `DATA_INVALID` that names the array and the example.
 */
export function checkBatch(batch: Batch, model: Fitted): void {
  checkForm(batch);
  const { inputs, targets, weights } = batch;
  const examples = inputs[0].shape[0]!;
  const named: [string, HostTensor][] = [
    ...inputs.map((input, i): [string, HostTensor] => [
      inputs.length > 1 ? `the input '${model.inputs[i]?.name ?? i}'` : 'the input',
      input,
    ]),
    ...targets.map((target, i): [string, HostTensor] => [i === 0 ? 'the targets' : `the targets ${i}`, target]),
  ];
  for (const [what, tensor] of named) {
    checkCount(tensor, examples, what);
    checkFinite(tensor, what);
  }
  if (!weights) return;
  checkCount(weights, examples, 'the weights');
  checkFinite(weights, 'the weights');
  const negative = weights.data.findIndex((weight) => weight < 0);
  if (weights.shape.length === 1 && weights.dtype === 'float32' && negative < 0) return;
  throw new AdjointError(
    'DATA_INVALID',
    negative < 0
      ? `The weights of the batch are ${describe(weights)}; give one float32 for each example: [${examples}].`
      : `Example ${negative} of the batch has the weight ${weights.data[negative]}; weights are ≥ 0.`,
  );
}

function checkCount({ shape }: HostTensor, examples: number, what: string): void {
  if (shape[0] === examples) return;
  throw new AdjointError(
    'DATA_INVALID',
    `The batch has ${examples} examples, but ${what} ${formatShape(shape)} hold ${shape[0] ?? 'none'}; all arrays of a batch have one entry for each example.`,
  );
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
