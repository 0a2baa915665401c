/** Tables in Parquet files; an entry of its own, so that the decoders are only loaded where they are used. */
import { AdjointError, type Watched } from '@adjoint/core';
import { validateOptions, valueText } from '@adjoint/core/options';
import { parquetMetadataAsync, parquetRead, parquetSchema, type AsyncBuffer } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { loading } from './loading.js';
import { TableBuilder, type Table } from './table/table.js';
import { tableOptions } from './table/table-options.js';
import { TableScanner, type TableOptions } from './table/table-scanner.js';

/** The bytes of a file, or what reads parts of it: `asyncBufferFromFile` and `asyncBufferFromUrl` of hyparquet make that. */
export type ParquetSource =
  | Uint8Array
  | ArrayBuffer
  | { readonly byteLength: number; slice(start: number, end?: number): ArrayBuffer | Promise<ArrayBuffer> };

/**
 * Reads a table in Parquet as a dataset, one group of rows after the other; see `parseCsv` for what becomes of columns.
 * Columns of dates and times become days since 1970-01-01 without being listed in `dates`; columns of lists or groups are
 * refused.
 * @throws AdjointError `FILE_INVALID` for what is no Parquet file, naming row and column where a value is no number;
 * `OPTIONS_INVALID` for a column that does not exist
 */
export async function parseParquet(given: ParquetSource, options: TableOptions & Watched): Promise<Table> {
  const { onProgress, ...own } = { ...options };
  const settled = validateOptions(tableOptions, own, 'Parquet');
  const { source = 'Parquet data', task } = settled;
  const file = bufferOf(given, source);
  const invalid = (cause: unknown): never => {
    throw new AdjointError(
      'FILE_INVALID',
      `${source}: it cannot be read as Parquet (${cause instanceof Error ? cause.message : String(cause)}); use another copy of the file.`,
      { cause },
    );
  };
  const metadata = await parquetMetadataAsync(file).catch(invalid);
  const { children } = parquetSchema(metadata);
  const nested = children.find(({ children: inner }) => inner.length > 0);
  if (nested)
    throw new AdjointError(
      'FILE_INVALID',
      `${source}: column '${nested.element.name}' holds lists or groups; save its parts as columns of their own.`,
    );
  const scanner = new TableScanner(
    children.map(({ element }) => element.name),
    settled,
    source,
  );
  const builder = new TableBuilder();
  const tell = loading(onProgress, 'rows', Number(metadata.num_rows));
  let start = 0;
  for (const { num_rows: count } of metadata.row_groups) {
    const end = start + Number(count);
    let rows: readonly (readonly unknown[])[] = [];
    await parquetRead({
      file,
      metadata,
      compressors,
      rowStart: start,
      rowEnd: end,
      onComplete: (read: unknown[][]) => (rows = read),
    }).catch(invalid);
    for (const [i, fields] of rows.entries()) builder.add(scanner.read({ place: `row ${start + i}`, fields }));
    tell(rows.length);
    start = end;
  }
  return builder.finish(scanner, task);
}

function bufferOf(given: ParquetSource, source: string): AsyncBuffer {
  // The bytes of a view may be a part of their buffer.
  if (ArrayBuffer.isView(given))
    return new Uint8Array(given.buffer, given.byteOffset, given.byteLength).slice().buffer as ArrayBuffer;
  if (typeof given?.byteLength === 'number' && typeof given.slice === 'function') return given as AsyncBuffer;
  throw new AdjointError('FILE_INVALID', `${source}: the bytes are ${valueText(given)}; give a Uint8Array.`);
}
