import { AdjointError } from '@adjoint/core';
import papaparse from 'papaparse';
import { excerpt } from '../table/excerpt.js';

/** A row of a table, and the line of the file that it starts on, counted from 1. */
export class CsvRow {
  constructor(
    readonly line: number,
    readonly fields: readonly string[],
  ) {}

  get place(): string {
    return `line ${this.line}`;
  }
}

/** No row is as long: a quote that is never closed must not gather a whole file. */
const longestRow = 2 ** 24;

interface Parsed {
  readonly data: readonly (readonly string[])[];
  readonly errors: readonly { readonly row: number; readonly message: string }[];
  readonly meta: { readonly cursor: number };
}

/** Cuts text into rows (RFC 4180), piece by piece: only a row that has begun is kept. */
export class CsvRows {
  #text = '';
  #line = 1;
  #newline: '\n' | '\r' | undefined;
  #columns: number | undefined;

  constructor(
    readonly delimiter: string,
    readonly source: string,
  ) {}

  /**
   * The rows that end within the text so far. They come one by one, so that what is wrong with a row is told before what
   * is wrong with the next, however the text is cut.
   */
  push(text: string): Iterable<CsvRow> {
    this.#text += text;
    return this.#take(true);
  }

  /** The rows that are left. */
  end(): Iterable<CsvRow> {
    return this.#take(false);
  }

  *#take(more: boolean): Generator<CsvRow> {
    const end = /\r?\n|\r(?=.)/s.exec(this.#text)?.[0];
    this.#newline ??= end === undefined ? undefined : end === '\r' ? '\r' : '\n';
    if (more && this.#newline === undefined) return this.#checkLength();
    const parser = new papaparse.Parser({ delimiter: this.delimiter, newline: this.#newline ?? '\n' });
    const { data, errors, meta } = parser.parse(this.#text, 0, more) as Parsed;
    // A row takes several lines only where a quote holds them.
    const hasLines = this.#text.includes('"');
    for (const [i, row] of data.entries()) {
      const line = this.#line;
      const error = errors.find((candidate) => candidate.row === i);
      if (error) throw this.#invalid(line, error.message);
      this.#line += 1;
      if (hasLines) for (const field of row) this.#line += countOf(field, this.#newline ?? '\n');
      if (row.length === 1 && row[0]!.trim() === '') continue;
      this.#columns ??= row.length;
      if (row.length !== this.#columns)
        throw this.#invalid(line, `found ${row.length} fields instead of ${this.#columns}`);
      yield new CsvRow(line, row.map(trimmed));
    }
    // What the parser has left unread, such as the start of the next row.
    this.#text = more ? this.#text.slice(meta.cursor) : '';
    const [rest] = errors.filter(({ row }) => row >= data.length);
    if (!more && rest) throw this.#invalid(this.#line, rest.message);
    this.#checkLength();
  }

  #checkLength(): void {
    if (this.#text.length <= longestRow) return;
    throw this.#invalid(
      this.#line,
      `a row is longer than ${longestRow} characters; is a quote not closed, or the delimiter or line end another? It starts with '${excerpt(this.#text)}'`,
    );
  }

  #invalid(line: number, problem: string): AdjointError {
    return new AdjointError(
      'FILE_INVALID',
      `${this.source}: line ${line}: ${problem}. Every line needs the same number of fields, and every quote its partner.`,
    );
  }
}

/** Without white space around it, which most fields do not have. */
function trimmed(field: string): string {
  const [first, last] = [field.charCodeAt(0), field.charCodeAt(field.length - 1)];
  return first > 32 && first < 128 && last > 32 && last < 128 ? field : field.trim();
}

function countOf(text: string, character: string): number {
  let count = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) count++;
  return count;
}
