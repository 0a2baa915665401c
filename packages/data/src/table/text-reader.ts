import { TableBuilder, type Table } from './table.js';
import type { NumberRow } from './table-source.js';
import type { TextScanner } from './text-pass.js';

/** What readers need of a scanner beside its rows. */
interface ScannerOfTable extends TextScanner {
  readonly source: string;
  readonly options: { readonly maxBytes?: number | undefined };
}

/** Reads a table of text piece by piece; only its numbers are kept. */
export class TextReader {
  readonly #builder: TableBuilder;
  readonly #scanner: TextScanner;

  constructor(scan: (onRow: (numbers: NumberRow) => void) => ScannerOfTable) {
    const scanner = scan((row) => this.#builder.add(row));
    this.#scanner = scanner;
    this.#builder = new TableBuilder({ ...scanner.options, source: scanner.source });
  }

  push(text: string): void {
    this.#scanner.push(text);
  }

  finish(): Table {
    return this.#builder.finish(this.#scanner.end());
  }
}
