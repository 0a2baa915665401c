import { AdjointError } from '@adjoint/core';
import { dataset, type ArrayDataset } from '../array-dataset.js';
import { CsvScanner, type CsvOptions } from './csv-scanner.js';

export interface CsvTable {
  /** One input, float32 `[rows, columns]`: every column but the target, in their order. */
  readonly dataset: ArrayDataset;
  /** Names of the columns of the input. */
  readonly columns: readonly string[];
  /** The values of each categorical column and of a target that is a class; the code of a value is its place in the list. */
  readonly categories: Readonly<Record<string, readonly string[]>>;
}

/**
 * Reads a table of comma-separated values (RFC 4180) as a dataset. A categorical column becomes integer codes 0 … n − 1 in the
 * order of its sorted values (by number where all are numbers, else by code unit).
 * @throws AdjointError `FILE_INVALID`, naming file, line and column, for a missing value, a value that is no number in a
 * numeric column, an unknown category, or lines of unequal length; `OPTIONS_INVALID` for a column that does not exist
 */
export function parseCsv(text: string, options: CsvOptions): CsvTable {
  const reader = new CsvReader(options);
  reader.push(text);
  return reader.finish();
}

/** What typed arrays hold everywhere. */
const mostNumbers = 2 ** 31 - 1;

/** Reads a table piece by piece; only its numbers are kept. */
export class CsvReader {
  readonly #numbers: Numbers[] = [];
  readonly #scanner: CsvScanner;

  constructor(options: CsvOptions) {
    this.#scanner = new CsvScanner(options, (row) =>
      row.forEach((number, i) => (this.#numbers[i] ??= new Numbers()).push(number)),
    );
  }

  push(text: string): void {
    this.#scanner.push(text);
  }

  finish(): CsvTable {
    const scanner = this.#scanner;
    scanner.end();
    const { count: rows, categories, source } = scanner;
    const { inputs: columns, target, targetPlace } = scanner.columns;
    const width = columns.length;
    if (rows * width > mostNumbers)
      throw new AdjointError(
        'FILE_INVALID',
        `${source}: ${rows} rows of ${width} numbers are more than fit into one array; read it in batches with csvSource.`,
      );
    const inputs = new Float32Array(rows * width);
    const ofInputs = this.#numbers.filter((_, i) => i !== targetPlace);
    for (const [c, column] of columns.entries()) {
      const settled = column.settle();
      ofInputs[c]!.values().forEach((value, row) => (inputs[row * width + c] = settled(value)));
    }
    const values = this.#numbers[targetPlace]!.values().map(target.settle());
    const isClass = scanner.options.task === 'classification';
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
