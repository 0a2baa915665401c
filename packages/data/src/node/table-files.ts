import { open, stat } from 'node:fs/promises';
import type { Watched } from '@adjoint/core';
import { CsvReader } from '../csv/csv.js';
import type { CsvOptions } from '../csv/csv-scanner.js';
import { csvSource, type CsvSourceOptions } from '../csv/csv-source.js';
import { JsonLinesReader, jsonLinesSource } from '../json-lines/json-lines.js';
import type { ParquetSource } from '../parquet.js';
import type { Table } from '../table/table.js';
import type { TableOptions } from '../table/table-scanner.js';
import type { TableSource, TableSourceOptions } from '../table/table-source.js';
import { textOf } from '../table/text-decoder.js';
import type { TextReader } from '../table/text-reader.js';
import { loading, tellingBytes } from '../loading.js';
import { checkPath, piecesOf, readBytes, toldOf, unreadable } from './read-file.js';

// The decoders of Parquet and Arrow are loaded with the first such file.

/**
 * Reads a CSV file of any length, piece by piece; see `parseCsv`.
 * @throws AdjointError `FILE_UNREADABLE` if there is none; `FILE_INVALID` also for bytes that are no text in its encoding
 */
export async function readCsvFile(path: string, options: CsvOptions & Watched): Promise<Table> {
  checkPath(path);
  const { onProgress, ...own } = { source: path, ...options };
  return readText(path, new CsvReader(own), { ...own, onProgress });
}

/** Reads a file of JSON lines of any length, piece by piece; see `parseJsonLines`. Throws `FILE_UNREADABLE` if there is none. */
export async function readJsonLinesFile(path: string, options: TableOptions & Watched): Promise<Table> {
  checkPath(path);
  const { onProgress, ...own } = { source: path, ...options };
  return readText(path, new JsonLinesReader(own), { source: own.source, onProgress });
}

/** Reads a file in Parquet, one group of rows after the other; see `parseParquet`. Throws `FILE_UNREADABLE` if there is none. */
export async function readParquetFile(path: string, options: TableOptions & Watched): Promise<Table> {
  const { parseParquet } = await import('../parquet.js');
  return parseParquet(await partsOf(path), { source: path, ...options });
}

/** Reads a file in Arrow's IPC format; see `parseArrow`. Throws `FILE_UNREADABLE` if there is none. */
export async function readArrowFile(path: string, options: TableOptions & Watched): Promise<Table> {
  const { parseArrow } = await import('../arrow.js');
  return parseArrow(await readBytes(path), { source: path, ...options });
}

/** A CSV file of any length as batches, read anew in each epoch; see `csvSource`. Throws `FILE_UNREADABLE` if there is none. */
export async function openCsvFile(path: string, options: CsvSourceOptions): Promise<TableSource> {
  checkPath(path);
  return csvSource(() => piecesOf(path), { source: path, ...options, ...(await toldOf(path, options?.onProgress)) });
}

/** The same of JSON lines; see `jsonLinesSource`. */
export async function openJsonLinesFile(path: string, options: TableSourceOptions): Promise<TableSource> {
  checkPath(path);
  const told = await toldOf(path, options?.onProgress);
  return jsonLinesSource(() => piecesOf(path), { source: path, ...options, ...told });
}

/** The same of Parquet; see `parquetSource`. */
export async function openParquetFile(path: string, options: TableSourceOptions): Promise<TableSource> {
  const { parquetSource } = await import('../parquet.js');
  return parquetSource(await partsOf(path), { source: path, ...options });
}

/** The same of Arrow's IPC format; see `arrowSource`. */
export async function openArrowFile(path: string, options: TableSourceOptions): Promise<TableSource> {
  checkPath(path);
  const { arrowSource } = await import('../arrow.js');
  return arrowSource(() => piecesOf(path), { source: path, ...options, ...(await toldOf(path, options?.onProgress)) });
}

/** Gives a reader the text of a file piece by piece, and tells how far that is. */
async function readText(
  path: string,
  reader: TextReader,
  given: {
    readonly source: string;
    readonly encoding?: string | undefined;
    readonly onProgress: Watched['onProgress'];
  },
): Promise<Table> {
  const { onProgress } = await toldOf(path, given.onProgress);
  const pieces = tellingBytes(piecesOf(path), loading(onProgress, 'bytes'));
  for await (const text of textOf(() => pieces, given.encoding, given.source)) reader.push(text);
  return reader.finish();
}

/** A file that is read in parts; it is opened for each, so that nothing has to be closed. */
async function partsOf(path: string): Promise<ParquetSource> {
  checkPath(path);
  const { size } = await stat(path).catch((cause: unknown) => unreadable(path, cause));
  return {
    byteLength: size,
    async slice(start: number, end = size) {
      const bytes = new Uint8Array(Math.max(0, end - start));
      const file = await open(path).catch((cause: unknown) => unreadable(path, cause));
      try {
        for (let at = 0; at < bytes.length;) {
          const { bytesRead } = await file.read(bytes, at, bytes.length - at, start + at);
          if (bytesRead === 0) unreadable(path, new Error('it became shorter while it was read'));
          at += bytesRead;
        }
      } finally {
        await file.close();
      }
      return bytes.buffer;
    },
  };
}
