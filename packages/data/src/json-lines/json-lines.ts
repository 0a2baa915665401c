import type { Watched } from '@adjoint/core';
import { pushText } from '../loading.js';
import type { Table } from '../table/table.js';
import { TextReader } from '../table/text-reader.js';
import type { TableOptions } from '../table/table-scanner.js';
import { tableSource, type TableSource, type TableSourceOptions } from '../table/table-source.js';
import type { OpenBytes } from '../table/text-decoder.js';
import { textPass } from '../table/text-pass.js';
import { JsonLinesScanner } from './json-lines-scanner.js';

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
export class JsonLinesReader extends TextReader {
  constructor(options: TableOptions) {
    super((onRow) => new JsonLinesScanner(options, onRow));
  }
}

/**
 * JSON lines of any length as batches, read anew in each epoch; see `csvSource`.
 * @throws AdjointError what `parseJsonLines` throws; `FILE_INVALID` also where the file has changed since
 */
export async function jsonLinesSource(open: OpenBytes, options: TableSourceOptions): Promise<TableSource> {
  const pass = textPass<TableOptions>(open, 'JSON lines', (own, onRow) => new JsonLinesScanner(own, onRow));
  return tableSource(pass, options, 'JSON lines');
}
