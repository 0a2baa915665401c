import type { Watched } from '@adjoint/core';
import { pushText } from '../loading.js';
import type { Table } from '../table/table.js';
import { TextReader } from '../table/text-reader.js';
import { CsvScanner, type CsvOptions } from './csv-scanner.js';

/**
 * Reads a table of comma-separated values (RFC 4180) as a dataset. A categorical column becomes integer codes 0 … n − 1 in the
 * order of its sorted values (by number where all are numbers, else by code unit).
 * @throws AdjointError `FILE_INVALID`, naming file, line and column, for a missing value, a value that is no number in a
 * numeric column, an unknown category, or lines of unequal length; `OPTIONS_INVALID` for a column that does not exist
 */
export function parseCsv(text: string, options: CsvOptions & Watched): Table {
  const { onProgress, ...own } = { ...options };
  const reader = new CsvReader(own);
  pushText(reader, text, onProgress);
  return reader.finish();
}

/** Reads a table piece by piece; only its numbers are kept. */
export class CsvReader extends TextReader {
  constructor(options: CsvOptions) {
    super((onRow) => new CsvScanner(options, onRow));
  }
}
