/** Tables in Parquet files; an entry of its own, so that the decoders are only loaded where they are used. */
import { AdjointError, isAdjointError, type Watched } from '@adjoint/core';
import { checkMaxBytes, validateOptions, valueText } from '@adjoint/core/options';
import { parquetMetadataAsync, parquetRead, parquetSchema, type AsyncBuffer, type ColumnData } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { loading } from './loading.js';
import { TableBuilder, type Table } from './table/table.js';
import { rowsOfColumns } from './table/table-of-columns.js';
import { tableOptions } from './table/table-options.js';
import { TableScanner, type TableOptions } from './table/table-scanner.js';
import { tableSource, type TablePass, type TableSource, type TableSourceOptions } from './table/table-source.js';

/** The bytes of a file, or what reads parts of it: `asyncBufferFromFile` and `asyncBufferFromUrl` of hyparquet make that. */
export type ParquetSource =
  | Uint8Array
  | ArrayBuffer
  | { readonly byteLength: number; slice(start: number, end?: number): ArrayBuffer | Promise<ArrayBuffer> };

const kind = 'Parquet data';

/**
 * Reads a table in Parquet as a dataset, one group of rows after the other; see `parseCsv` for what becomes of columns.
 * Columns of dates and times become days since 1970-01-01 without being listed in `dates`; columns of lists or groups are
 * refused.
 * @throws AdjointError `FILE_INVALID` for what is no Parquet file, naming row and column where a value is no number;
 * `OPTIONS_INVALID` for a column that does not exist
 */
export async function parseParquet(file: ParquetSource, options: TableOptions & Watched): Promise<Table> {
  const { onProgress, ...own } = { ...options };
  const { maxBytes, source = kind } = own;
  const builder = new TableBuilder({ maxBytes, source });
  const pass = passOver(file)(own, onProgress);
  for (;;) {
    const { value, done } = await pass.next();
    if (done) return builder.finish(value);
    for (const row of value) builder.add(row);
  }
}

/**
 * A table in Parquet, of any length, as batches, read anew in each epoch; memory holds one group of rows, as its writer has
 * cut them. See `csvSource`.
 * @throws AdjointError what `parseParquet` throws; `FILE_INVALID` also where the file has changed since
 */
export async function parquetSource(file: ParquetSource, options: TableSourceOptions): Promise<TableSource> {
  return tableSource(passOver(file), options, kind);
}

function passOver(given: ParquetSource): TablePass<TableOptions> {
  return async function* (options, onProgress) {
    const settled = validateOptions(tableOptions, options, 'Parquet');
    const { source = kind, maxBytes } = settled;
    const file = bufferOf(given, source);
    const invalid = (cause: unknown): never => {
      if (isAdjointError(cause)) throw cause;
      throw new AdjointError(
        'FILE_INVALID',
        `${source}: it cannot be read as Parquet (${cause instanceof Error ? cause.message : String(cause)}); use another copy of the file.`,
        { cause },
      );
    };
    const { metadata, children } = await parquetMetadataAsync(file)
      .then((found) => ({ metadata: found, children: parquetSchema(found).children }))
      .catch(invalid);
    const nested = children.find(({ children: inner }) => inner.length > 0);
    if (nested)
      throw new AdjointError(
        'FILE_INVALID',
        `${source}: column '${nested.element.name}' holds lists or groups; save its parts as columns of their own.`,
      );
    const names = children.map(({ element }) => element.name);
    const scanner = new TableScanner(names, settled, source);
    const tell = loading(onProgress, 'rows', Number(metadata.num_rows));
    let rowStart = 0;
    for (const { columns, num_rows: count, total_byte_size: size } of metadata.row_groups) {
      // What the library reads beside the columns would fail unseen.
      if (String(columns.map(({ meta_data: own }) => own?.path_in_schema)) !== String(names))
        invalid(new Error('a group of rows has other columns than the file'));
      checkMaxBytes(Number(size), maxBytes, source);
      const rowEnd = rowStart + Number(count);
      const chunks = new Map<string, ArrayLike<unknown>[]>(names.map((name) => [name, []]));
      const onChunk = ({ columnName, columnData }: ColumnData) => chunks.get(columnName)?.push(columnData);
      const unpack = compressorsWithin(maxBytes, source);
      await parquetRead({ file, metadata, compressors: unpack, rowStart, rowEnd, onChunk }).catch(invalid);
      yield* rowsOfColumns(
        [...chunks.values()].map((parts) => joined(parts)),
        scanner,
      );
      tell(rowEnd - rowStart);
      rowStart = rowEnd;
    }
    return scanner;
  };
}

/** Those of the library, which unpack no more than is allowed. */
function compressorsWithin(maxBytes: number | undefined, source: string): typeof compressors {
  if (maxBytes === undefined) return compressors;
  let left = maxBytes;
  const limited = Object.entries(compressors).map(([name, unpack]): [string, typeof unpack] => [
    name,
    (input, length) => {
      checkMaxBytes(length, left, source);
      left -= length;
      return unpack(input, length);
    },
  ]);
  return Object.fromEntries(limited);
}

/** The values of several pages. */
function joined(parts: readonly ArrayLike<unknown>[]): ArrayLike<unknown> {
  const [first] = parts;
  return parts.length === 1 && first ? first : parts.flatMap((part) => Array.from(part));
}

function bufferOf(given: ParquetSource, source: string): AsyncBuffer {
  // The bytes of a view may be a part of their buffer.
  if (ArrayBuffer.isView(given))
    return new Uint8Array(given.buffer, given.byteOffset, given.byteLength).slice().buffer as ArrayBuffer;
  if (typeof given?.byteLength === 'number' && typeof given.slice === 'function') return given as AsyncBuffer;
  throw new AdjointError('FILE_INVALID', `${source}: the bytes are ${valueText(given)}; give a Uint8Array.`);
}
