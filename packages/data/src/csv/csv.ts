import { AdjointError, type OptionsOf } from '@adjoint/core';
import { validateOptions, valueText } from '@adjoint/core/options';
import { dataset, type ArrayDataset } from '../array-dataset.js';
import { CategoryColumn, isNumeric, NumberColumn, type Column, type Missing } from './csv-columns.js';
import { csvOptions, tableOptions } from './csv-options.js';
import { CsvRows, type CsvRow } from './csv-rows.js';
import { excerptOf } from './excerpt.js';

export interface CsvOptions extends Readonly<OptionsOf<{ readonly options: typeof csvOptions }>> {
  /** Codes fixed beforehand: pass the `categories` of the training table to code a test table alike. */
  readonly categories?: Readonly<Record<string, readonly string[]>>;
  /** Names the data in errors, a path or an address. */
  readonly source?: string;
}

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

/** Reads a table piece by piece; only its numbers are kept. */
export class CsvReader {
  readonly #options;
  readonly #categories: CsvOptions['categories'];
  readonly #source: string;
  readonly #rows: CsvRows;
  #columns: readonly Column[] | undefined;
  #target = 0;
  #count = 0;

  constructor(options: CsvOptions) {
    this.#options = validateOptions(tableOptions, options, 'CSV');
    const { categories, source = 'CSV data' } = this.#options;
    this.#categories = categories;
    this.#source = source;
    this.#rows = new CsvRows(this.#options.delimiter, source);
  }

  push(text: string): void {
    if (typeof text !== 'string')
      throw new AdjointError('FILE_INVALID', `${this.#source}: the table is ${valueText(text)}; give its text.`);
    // A byte-order mark belongs to the encoding, not to the first name.
    this.#add(this.#rows.push(this.#columns || !text.startsWith('\ufeff') ? text : text.slice(1)));
  }

  finish(): CsvTable {
    this.#add(this.#rows.end());
    const columns = this.#columns;
    if (!columns || this.#count === 0)
      throw new AdjointError(
        'FILE_INVALID',
        `${this.#source}: there are no rows; expected ${this.#options.header === false ? '' : 'a header and '}at least one row.`,
      );
    const rows = this.#count;
    const inputColumns = columns.filter((_, i) => i !== this.#target);
    const inputs = new Float32Array(rows * inputColumns.length);
    for (const [c, column] of inputColumns.entries()) {
      const values = column.finish();
      for (let row = 0; row < rows; row++) inputs[row * inputColumns.length + c] = values[row] ?? 0;
    }
    const values = columns[this.#target]!.finish();
    const isClass = this.#options.task === 'classification';
    const categories: Record<string, readonly string[]> = Object.create(null) as Record<string, readonly string[]>;
    for (const column of columns) if (column instanceof CategoryColumn) categories[column.name] = column.categories;
    return {
      dataset: dataset({
        inputs: { data: inputs, shape: [rows, inputColumns.length] },
        targets: {
          data: isClass ? Int32Array.from(values) : Float32Array.from(values),
          shape: isClass ? [rows] : [rows, 1],
        },
      }),
      columns: inputColumns.map(({ name }) => name),
      categories,
    };
  }

  #add(rows: readonly CsvRow[]): void {
    for (const row of rows) {
      const isHeader = this.#columns === undefined && this.#options.header !== false;
      this.#columns ??= this.#makeColumns(row.fields);
      if (isHeader) continue;
      for (const [i, column] of this.#columns.entries()) column.add(row, row.fields[i] ?? '');
      this.#count++;
    }
  }

  #makeColumns(first: readonly string[]): Column[] {
    const { header, categorical, target, task, fill, missing } = this.#options;
    if (header === undefined && first.every(isNumeric))
      throw new AdjointError(
        'FILE_INVALID',
        `${this.#source}: the first line holds numbers only (${excerptOf(first, 4)}), so it seems to be no header; pass header: false, or header: true if those are names.`,
      );
    const names = header === false ? first.map((_, i) => String(i)) : first;
    const indices = new Map<string, number>();
    for (const [i, name] of names.entries()) {
      if (indices.has(name))
        throw new AdjointError(
          'FILE_INVALID',
          `${this.#source}: two columns are called '${excerptOf([name])}'; give each a name of its own.`,
        );
      indices.set(name, i);
    }
    const indexOf = (column: string | number): number => {
      const index = typeof column === 'number' ? column : (indices.get(column) ?? -1);
      if (names[index] !== undefined) return index;
      throw new AdjointError(
        'OPTIONS_INVALID',
        `${this.#source}: there is no column ${JSON.stringify(column)}; the columns are ${excerptOf(names)}.`,
      );
    };
    for (const name of Object.keys(this.#categories ?? {})) indexOf(name);
    this.#target = indexOf(target);
    const isCategory = new Set(categorical.map(indexOf));
    if (task === 'classification') isCategory.add(this.#target);
    const missingValues: Missing = { texts: new Set(missing), fill };
    return names.map((name, i) => {
      if (!isCategory.has(i)) return new NumberColumn(name, this.#source, missingValues);
      const known = Object.hasOwn(this.#categories ?? {}, name) ? this.#categories?.[name] : undefined;
      return new CategoryColumn(name, this.#source, missingValues, known);
    });
  }
}
