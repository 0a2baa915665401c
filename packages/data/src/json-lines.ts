import { AdjointError, type Watched } from '@adjoint/core';
import { validateOptions, valueText } from '@adjoint/core/options';
import { pushText } from './loading.js';
import { excerpt } from './table/excerpt.js';
import { TableBuilder, type Table } from './table/table.js';
import { tableOptions } from './table/table-options.js';
import { TableScanner, type TableOptions } from './table/table-scanner.js';

/** No line is as long: a file without line ends must not be gathered whole. */
const longestLine = 2 ** 24;

/**
 * Reads a table of JSON lines, an object for each row, as a dataset. Its columns are the keys of the first object; a key
 * that is left out, and null, stand for a missing value.
 * @throws AdjointError `FILE_INVALID`, naming the line, for what is no object of numbers, texts and booleans;
 * `OPTIONS_INVALID` for a column that does not exist
 */
export function parseJsonLines(text: string, options: TableOptions & Watched): Table {
  const { onProgress, ...own } = { ...options };
  const reader = new JsonLinesReader(own);
  pushText(reader, text, onProgress);
  return reader.finish();
}

/** Reads JSON lines piece by piece; only the numbers are kept. */
export class JsonLinesReader {
  readonly #builder = new TableBuilder();
  readonly #options;
  readonly #source: string;
  #names: readonly string[] = [];
  #known = new Set<string>();
  #table: TableScanner | undefined;
  #text = '';
  #line = 0;

  constructor(options: TableOptions) {
    this.#options = validateOptions(tableOptions, options, 'JSON lines');
    this.#source = this.#options.source ?? 'JSON lines';
  }

  push(text: string): void {
    if (typeof text !== 'string')
      throw new AdjointError('FILE_INVALID', `${this.#source}: the table is ${valueText(text)}; give its text.`);
    const lines = (this.#text + text).split('\n');
    this.#text = lines.pop() ?? '';
    if (this.#text.length > longestLine) throw this.#invalid(`the line is longer than ${longestLine} characters`, 1);
    for (const line of lines) this.#add(line);
  }

  finish(): Table {
    this.#add(this.#text);
    this.#text = '';
    if (this.#table) return this.#builder.finish(this.#table, this.#options.task);
    throw new AdjointError('FILE_INVALID', `${this.#source}: there are no rows; expected at least one object.`);
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
      this.#table = new TableScanner(this.#names, this.#options, this.#source);
    }
    const odd = Object.keys(row).find((key) => !this.#known.has(key));
    if (odd !== undefined) throw this.#invalid(`the key '${excerpt(odd)}' is none of the first line's`);
    const fields = this.#names.map((name) => (Object.hasOwn(row, name) ? row[name] : undefined));
    this.#builder.add(this.#table.read({ place: `line ${this.#line}`, fields }));
  }

  #invalid(problem: string, further = 0, cause?: unknown): AdjointError {
    return new AdjointError(
      'FILE_INVALID',
      `${this.#source}: line ${this.#line + further}: ${problem}. Every line is an object with the same keys.`,
      { cause },
    );
  }
}
