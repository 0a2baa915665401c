import { inspectable } from '../tensor/inspectable.js';
import { formatShape } from '../tensor/shape.js';
import type { Dataset, ExampleType } from './dataset.js';

/** A dataset in a line, for consoles: how many examples, and of what. */
export function describeDataset({ size, inputs, targets }: Dataset): string {
  const types = (list: readonly ExampleType[]): string =>
    list.map(({ dtype, shape }) => `${dtype} ${formatShape(shape)}`).join(', ') || 'none';
  return `Dataset of ${size} examples, inputs ${types(inputs)}, targets ${types(targets)}`;
}

/** The same dataset, which consoles print in a line. */
export function printableDataset<D extends Dataset>(dataset: D): D {
  inspectable({ prototype: dataset }, describeDataset);
  return dataset;
}
