import { AdjointError } from '@adjoint/core';
import { checkMaxBytes } from '@adjoint/core/options';
import { dataset, type ArrayDataset } from '../array-dataset.js';
import type { TableScanner } from './table-scanner.js';

export interface Table {
  /** One input, float32 `[rows, columns]`: every column but the target, in their order. */
  readonly dataset: ArrayDataset;
  /** Names of the columns of the input. */
  readonly columns: readonly string[];
  /** The values of each categorical column and of a target that is a class; the code of a value is its place in the list. */
  readonly categories: Readonly<Record<string, readonly string[]>>;
}

/** What typed arrays hold everywhere. */
const mostNumbers = 2 ** 31 - 1;

/** Collects the numbers of rows. */
export class TableBuilder {
  readonly #numbers: Numbers[] = [];
  #rows = 0;

  constructor(readonly limits: { readonly maxBytes?: number | undefined; readonly source: string }) {}

  /** @throws AdjointError `FILE_INVALID` beyond `maxBytes`, of which each number takes 8 */
  add(row: readonly number[]): void {
    const { maxBytes, source } = this.limits;
    checkMaxBytes(++this.#rows * row.length * 8, maxBytes, source);
    for (let i = 0; i < row.length; i++) (this.#numbers[i] ??= new Numbers()).push(row[i]!);
  }

  /** @throws AdjointError `FILE_INVALID` for more numbers than fit into an array */
  finish(scanner: TableScanner): Table {
    const { count: rows, categories, source, task } = scanner;
    const { inputs: columns, target, targetPlace } = scanner.columns;
    const width = columns.length;
    if (rows === 0) throw new AdjointError('FILE_INVALID', `${source}: there are no rows; expected at least one.`);
    if (rows * width > mostNumbers)
      throw new AdjointError(
        'FILE_INVALID',
        `${source}: ${rows} rows of ${width} numbers are more than fit into one array; read it in batches, as csvSource and its like do.`,
      );
    const inputs = new Float32Array(rows * width);
    const ofInputs = this.#numbers.filter((_, i) => i !== targetPlace);
    for (const [c, column] of columns.entries()) {
      const settled = column.settle();
      ofInputs[c]!.values().forEach((value, row) => (inputs[row * width + c] = settled(value)));
    }
    const values = this.#numbers[targetPlace]!.values().map(target.settle());
    const isClass = task === 'classification';
    return {
      dataset: dataset({
        inputs: { data: inputs, shape: [rows, width] },
        targets: {
          data: isClass ? Int32Array.from(values) : Float32Array.from(values),
          shape: isClass ? [rows] : [rows, 1],
        },
      }),
      columns: columns.map(({ name }) => name),
      categories,
    };
  }
}

/** Numbers that are collected without knowing how many will come. */
class Numbers {
  #values = new Float64Array(16);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Float64Array(2 * this.length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  values(): Float64Array {
    return this.#values.subarray(0, this.length);
  }
}
