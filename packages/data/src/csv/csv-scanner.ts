import { AdjointError, type OptionsOf } from '@adjoint/core';
import { validateOptions, valueText } from '@adjoint/core/options';
import { isNumeric } from '../table/columns.js';
import { excerptOf } from '../table/excerpt.js';
import { csvTableOptions, type csvOptions } from '../table/table-options.js';
import { TableScanner, type TableOptions } from '../table/table-scanner.js';
import { CsvRows, type CsvRow } from './csv-rows.js';

export interface CsvOptions
  extends
    Readonly<OptionsOf<{ readonly options: typeof csvOptions }>>,
    Pick<TableOptions, 'categories' | 'source' | 'maxBytes'> {}

/** Rows that are cut at once: papaparse makes an array of each. */
const pieceLength = 2 ** 20;

/** Reads a table as rows of numbers, piece by piece: what reading as a whole and in batches have in common. */
export class CsvScanner {
  readonly source: string;
  readonly options;
  readonly #rows: CsvRows;
  readonly #onRow: (numbers: readonly number[]) => void;
  #table: TableScanner | undefined;
  #hasBegun = false;

  /** @param onRow is given the number of each column as `read` has it, to be settled once all rows were seen. */
  constructor(given: CsvOptions, onRow: (numbers: readonly number[]) => void) {
    this.options = validateOptions(csvTableOptions, given, 'CSV');
    const { source = 'CSV data' } = this.options;
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
  end(): TableScanner {
    this.#add(this.#rows.end());
    if (this.#table && this.#table.count > 0) return this.#table;
    throw new AdjointError(
      'FILE_INVALID',
      `${this.source}: there are no rows; expected ${this.options.header === false ? '' : 'a header and '}at least one row.`,
    );
  }

  #add(rows: Iterable<CsvRow>): void {
    for (const row of rows) {
      const isHeader = this.#table === undefined && this.options.header !== false;
      this.#table ??= new TableScanner(this.#namesIn(row.fields), this.options, this.source);
      if (!isHeader) this.#onRow(this.#table.read(row));
    }
  }

  #namesIn(first: readonly string[]): readonly string[] {
    const { header } = this.options;
    if (header === undefined && first.every(isNumeric))
      throw new AdjointError(
        'FILE_INVALID',
        `${this.source}: the first line holds numbers only (${excerptOf(first, 4)}), so it seems to be no header; pass header: false, or header: true if those are names.`,
      );
    return header === false ? first.map((_, i) => String(i)) : first;
  }
}
