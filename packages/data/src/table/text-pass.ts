import { AdjointError } from '@adjoint/core';
import { loading, tellingBytes } from '../loading.js';
import { textOf, type OpenBytes } from './text-decoder.js';
import type { NumberRow, TablePass } from './table-source.js';
import type { TableScanner } from './table-scanner.js';

/** What turns text into rows, piece by piece. */
export interface TextScanner {
  push(text: string): void;
  /** @throws AdjointError `FILE_INVALID` where there is no row, or one that is not finished */
  end(): TableScanner;
}

export interface TextOptions {
  readonly encoding?: string | undefined;
  readonly source?: string;
}

/** Reads a table of text from its bytes. */
export function textPass<Options extends TextOptions>(
  open: OpenBytes,
  kind: string,
  scan: (options: Options, onRow: (numbers: NumberRow) => void) => TextScanner,
): TablePass<Options> {
  if (typeof open !== 'function')
    throw new AdjointError('OPTIONS_INVALID', `${kind}: takes a function that opens the bytes, and options.`);
  return async function* (options, onProgress) {
    let rows: NumberRow[] = [];
    const scanner = scan(options, (row) => rows.push(row));
    const told: OpenBytes = async () => tellingBytes(await open(), loading(onProgress, 'bytes'));
    for await (const text of textOf(told, options.encoding, options.source ?? kind)) {
      scanner.push(text);
      yield rows;
      rows = [];
    }
    const table = scanner.end();
    yield rows;
    return table;
  };
}
