/** Tables in Arrow's format; an entry of its own, so that the decoder is only loaded where it is used. */
import { AdjointError, type Watched } from '@adjoint/core';
import { valueText } from '@adjoint/core/options';
import { tableFromIPC } from '@uwdata/flechette';
import { tableOfColumns } from './table/table-of-columns.js';
import type { Table } from './table/table.js';
import type { TableOptions } from './table/table-scanner.js';

/**
 * Reads a table in Arrow's IPC format, a file (Feather 2) or a stream, as a dataset; see `parseCsv` for what becomes of
 * columns. Columns of dates and times become days since 1970-01-01 without being listed in `dates`. Compressed buffers
 * are refused.
 * @throws AdjointError `FILE_INVALID` for what is no Arrow data, naming row and column where a value is no number;
 * `OPTIONS_INVALID` for a column that does not exist
 */
export function parseArrow(bytes: Uint8Array | ArrayBuffer, options: TableOptions & Watched): Table {
  const { source = 'Arrow data' } = (options ?? {}) as Partial<TableOptions>;
  if (!(bytes instanceof Uint8Array) && !(bytes instanceof ArrayBuffer))
    throw new AdjointError('FILE_INVALID', `${source}: the bytes are ${valueText(bytes)}; give a Uint8Array.`);
  return tableOfColumns(columnsIn(bytes, source), { ...options, source });
}

function columnsIn(bytes: Uint8Array | ArrayBuffer, source: string): Record<string, ArrayLike<unknown>> {
  try {
    const table = tableFromIPC(bytes, { useDate: true, useDecimalInt: false });
    return Object.fromEntries(table.names.map((name, i) => [name, table.getChildAt(i).toArray()]));
  } catch (cause) {
    throw new AdjointError(
      'FILE_INVALID',
      `${source}: it cannot be read as Arrow (${cause instanceof Error ? cause.message : String(cause)}); save it uncompressed, or use another copy of the file.`,
      { cause },
    );
  }
}
