import { AdjointError } from '@adjoint/core';
import { validateOptions, valueText } from '@adjoint/core/options';
import { excerpt } from '../table/excerpt.js';
import { tableOptions } from '../table/table-options.js';
import { TableScanner, type TableOptions } from '../table/table-scanner.js';

/** No line is as long: a file without line ends must not be gathered whole. */
const longestLine = 2 ** 24;

/** Reads an object for each line as a row of numbers, piece by piece: what reading as a whole and in batches have in common. */
export class JsonLinesScanner {
  readonly source: string;
  readonly options;
  readonly #onRow: (numbers: readonly number[]) => void;
  #names: readonly string[] = [];
  #known = new Set<string>();
  #table: TableScanner | undefined;
  #text = '';
  #line = 0;

  /** @param onRow is given the number of each column as `read` has it, to be settled once all rows were seen. */
  constructor(given: TableOptions, onRow: (numbers: readonly number[]) => void) {
    this.options = validateOptions(tableOptions, given, 'JSON lines');
    this.source = this.options.source ?? 'JSON lines';
    this.#onRow = onRow;
  }

  push(text: string): void {
    if (typeof text !== 'string')
      throw new AdjointError('FILE_INVALID', `${this.source}: the table is ${valueText(text)}; give its text.`);
    const lines = (this.#text + text).split('\n');
    this.#text = lines.pop() ?? '';
    if (this.#text.length > longestLine) throw this.#invalid(`the line is longer than ${longestLine} characters`, 1);
    for (const line of lines) this.#add(line);
  }

  /** @throws AdjointError `FILE_INVALID` where there is no row, or one that is not finished */
  end(): TableScanner {
    this.#add(this.#text);
    this.#text = '';
    if (this.#table) return this.#table;
    throw new AdjointError('FILE_INVALID', `${this.source}: there are no rows; expected at least one object.`);
  }

  #add(line: string): void {
    this.#line++;
    const text = this.#line === 1 && line.startsWith('\ufeff') ? line.slice(1) : line;
    if (text.trim() === '') return;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw this.#invalid(`found no JSON: '${excerpt(text)}'`, 0, cause);
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw this.#invalid(`expected an object, found '${excerpt(text)}'`);
    const row = value as Readonly<Record<string, unknown>>;
    if (!this.#table) {
      this.#names = Object.keys(row);
      this.#known = new Set(this.#names);
      this.#table = new TableScanner(this.#names, this.options, this.source);
    }
    const odd = Object.keys(row).find((key) => !this.#known.has(key));
    if (odd !== undefined) throw this.#invalid(`the key '${excerpt(odd)}' is none of the first line's`);
    const fields = this.#names.map((name) => (Object.hasOwn(row, name) ? row[name] : undefined));
    this.#onRow(this.#table.read({ place: `line ${this.#line}`, fields }));
  }

  #invalid(problem: string, further = 0, cause?: unknown): AdjointError {
    return new AdjointError(
      'FILE_INVALID',
      `${this.source}: line ${this.#line + further}: ${problem}. Every line is an object with the same keys.`,
      { cause },
    );
  }
}
