import { AdjointError, type OptionsOf } from '@adjoint/core';
import { validateOptions, valueText } from '@adjoint/core/options';
import { CategoryColumn, isNumeric, NumberColumn, type Column, type Missing } from './csv-columns.js';
import { tableOptions, type csvOptions } from './csv-options.js';
import { CsvRows, type CsvRow } from './csv-rows.js';
import { excerpt, excerptOf } from './excerpt.js';

export interface CsvOptions extends Readonly<OptionsOf<{ readonly options: typeof csvOptions }>> {
  /** Codes fixed beforehand: pass the `categories` of the training table to code a test table alike. */
  readonly categories?: Readonly<Record<string, readonly string[]>>;
  /** Names the data in errors, a path or an address. */
  readonly source?: string;
}

/** Rows that are cut at once: papaparse makes an array of each. */
const pieceLength = 2 ** 20;

/** Reads a table as rows of numbers, piece by piece: what reading as a whole and in batches have in common. */
export class CsvScanner {
  readonly source: string;
  readonly options;
  readonly #categories: CsvOptions['categories'];
  readonly #rows: CsvRows;
  readonly #onRow: (numbers: readonly number[]) => void;
  #columns: readonly Column[] | undefined;
  #target = 0;
  #count = 0;
  #hasBegun = false;

  /** @param onRow is given the number of each column as `read` has it, to be settled once all rows were seen. */
  constructor(given: CsvOptions, onRow: (numbers: readonly number[]) => void) {
    this.options = validateOptions(tableOptions, given, 'CSV');
    const { categories, source = 'CSV data' } = this.options;
    this.#categories = categories;
    this.source = source;
    this.#rows = new CsvRows(this.options.delimiter, source);
    this.#onRow = onRow;
  }

  push(text: string): void {
    if (typeof text !== 'string')
      throw new AdjointError('FILE_INVALID', `${this.source}: the table is ${valueText(text)}; give its text.`);
    // A byte-order mark belongs to the encoding, not to the first name.
    const start = !this.#hasBegun && text.startsWith('\ufeff') ? 1 : 0;
    this.#hasBegun ||= text !== '';
    for (let at = start; at < text.length; at += pieceLength)
      this.#add(this.#rows.push(text.slice(at, at + pieceLength)));
  }

  /** @throws AdjointError `FILE_INVALID` where there is no row, or one that is not finished. */
  end(): void {
    this.#add(this.#rows.end());
    if (this.#count === 0)
      throw new AdjointError(
        'FILE_INVALID',
        `${this.source}: there are no rows; expected ${this.options.header === false ? '' : 'a header and '}at least one row.`,
      );
  }

  /** Rows so far, without the header. */
  get count(): number {
    return this.#count;
  }

  /** All columns but the target, then the target. */
  get columns(): { readonly inputs: readonly Column[]; readonly target: Column; readonly targetPlace: number } {
    const columns = this.#columns ?? [];
    const inputs = columns.filter((_, i) => i !== this.#target);
    return { inputs, target: columns[this.#target]!, targetPlace: this.#target };
  }

  /** Names of the categorical columns' values. */
  get categories(): Readonly<Record<string, readonly string[]>> {
    const result = Object.create(null) as Record<string, readonly string[]>;
    for (const column of this.#columns ?? [])
      if (column instanceof CategoryColumn) result[column.name] = column.categories;
    return result;
  }

  #add(rows: Iterable<CsvRow>): void {
    for (const row of rows) {
      const isHeader = this.#columns === undefined && this.options.header !== false;
      this.#columns ??= this.#makeColumns(row.fields);
      if (isHeader) continue;
      this.#onRow(this.#columns.map((column, i) => column.read(row, row.fields[i] ?? '')));
      this.#count++;
    }
  }

  #makeColumns(first: readonly string[]): Column[] {
    const { header, categorical, target, task, fill, missing } = this.options;
    if (header === undefined && first.every(isNumeric))
      throw new AdjointError(
        'FILE_INVALID',
        `${this.source}: the first line holds numbers only (${excerptOf(first, 4)}), so it seems to be no header; pass header: false, or header: true if those are names.`,
      );
    const names = header === false ? first.map((_, i) => String(i)) : first;
    const indices = new Map<string, number>();
    for (const [i, name] of names.entries()) {
      if (indices.has(name))
        throw new AdjointError(
          'FILE_INVALID',
          `${this.source}: two columns are called '${excerpt(name)}'; give each a name of its own.`,
        );
      indices.set(name, i);
    }
    const indexOf = (column: string | number): number => {
      const index = typeof column === 'number' ? column : (indices.get(column) ?? -1);
      if (names[index] !== undefined) return index;
      throw new AdjointError(
        'OPTIONS_INVALID',
        `${this.source}: there is no column ${excerpt(JSON.stringify(column))}; the columns are ${excerptOf(names)}.`,
      );
    };
    for (const name of Object.keys(this.#categories ?? {})) indexOf(name);
    this.#target = indexOf(target);
    const isCategory = new Set(categorical.map(indexOf));
    if (task === 'classification') isCategory.add(this.#target);
    const missingValues: Missing = { texts: new Set(missing), fill };
    return names.map((name, i) => {
      if (!isCategory.has(i)) return new NumberColumn(name, this.source, missingValues);
      const known = Object.hasOwn(this.#categories ?? {}, name) ? this.#categories?.[name] : undefined;
      return new CategoryColumn(name, this.source, missingValues, known);
    });
  }
}
