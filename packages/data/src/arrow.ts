/** Tables in Arrow's format; an entry of its own, so that the decoder is only loaded where it is used. */
import { AdjointError, isAdjointError, type Watched } from '@adjoint/core';
import { validateOptions, valueText } from '@adjoint/core/options';
import { tableFromIPC, type Column } from '@uwdata/flechette';
import { messagesIn } from './arrow/arrow-messages.js';
import { withAllowance } from './arrow/compressed-buffers.js';
import { loading, tellingBytes } from './loading.js';
import { rowsOfColumns, tableOfColumns } from './table/table-of-columns.js';
import { tableOptions } from './table/table-options.js';
import type { Table } from './table/table.js';
import { TableScanner, type TableOptions } from './table/table-scanner.js';
import { tableSource, type TablePass, type TableSource, type TableSourceOptions } from './table/table-source.js';
import type { OpenBytes } from './table/text-decoder.js';

const kind = 'Arrow data';

/**
 * Reads a table in Arrow's IPC format, a file (Feather 2) or a stream, plain or compressed, as a dataset; see `parseCsv` for
 * what becomes of columns. Columns of dates and times become days since 1970-01-01 without being listed in `dates`.
 * @throws AdjointError `FILE_INVALID` for what is no Arrow data, naming row and column where a value is no number;
 * `OPTIONS_INVALID` for a column that does not exist
 */
export function parseArrow(bytes: Uint8Array | ArrayBuffer, options: TableOptions & Watched): Table {
  const { source = kind, maxBytes } = (options ?? {}) as Partial<TableOptions>;
  if (!(bytes instanceof Uint8Array) && !(bytes instanceof ArrayBuffer))
    throw new AdjointError('FILE_INVALID', `${source}: the bytes are ${valueText(bytes)}; give a Uint8Array.`);
  return tableOfColumns(columnsIn(bytes, source, maxBytes), { ...options, source });
}

/**
 * A table in Arrow's IPC format, of any length, as batches, read anew in each epoch; memory holds one record batch of the
 * file. See `csvSource`.
 * @throws AdjointError what `parseArrow` throws; `FILE_INVALID` also where the file has changed since
 */
export async function arrowSource(open: OpenBytes, options: TableSourceOptions): Promise<TableSource> {
  if (typeof open !== 'function')
    throw new AdjointError('OPTIONS_INVALID', `${kind}: takes a function that opens the bytes, and options.`);
  return tableSource(passOver(open), options, kind);
}

function passOver(open: OpenBytes): TablePass<TableOptions> {
  return async function* (given, onProgress) {
    const settled = validateOptions(tableOptions, given, 'Arrow');
    const { source = kind, maxBytes } = settled;
    // What later messages refer to.
    const before: Uint8Array[] = [];
    let scanner: TableScanner | undefined;
    const messages = messagesIn(tellingBytes(await open(), loading(onProgress, 'bytes')));
    for (;;) {
      const { value: message, done } = await messages.next().catch((cause: unknown) => {
        throw isAdjointError(cause) ? cause : invalid(source, cause);
      });
      if (done) break;
      if (message.kind === 'schema' || message.kind === 'dictionary') before.push(message.bytes);
      if (message.kind !== 'rows') continue;
      const columns = columnsIn([...before, message.bytes], source, maxBytes);
      scanner ??= new TableScanner(Object.keys(columns), settled, source);
      yield* rowsOfColumns(Object.values(columns), scanner);
    }
    if (scanner) return scanner;
    throw new AdjointError('FILE_INVALID', `${source}: there are no rows; expected at least one.`);
  };
}

function columnsIn(
  bytes: Uint8Array | ArrayBuffer | Uint8Array[],
  source: string,
  maxBytes: number | undefined,
): Record<string, ArrayLike<unknown>> {
  return withAllowance(maxBytes, source, () => {
    try {
      const table = tableFromIPC(bytes, { useDate: true, useDecimalInt: false });
      return Object.fromEntries(
        table.names.map((name, i) => {
          const column = table.getChildAt(i);
          checkLength(column, name);
          return [name, column.toArray()];
        }),
      );
    } catch (cause) {
      throw isAdjointError(cause) ? cause : invalid(source, cause);
    }
  });
}

/** Refuses numbers of rows that no buffer can hold, which would be walked through for hours. */
function checkLength({ data, length }: Column<unknown>, name: string): void {
  const bits = data.reduce((sum, { values, offsets }) => sum + 8 * ((values ?? offsets)?.byteLength ?? 0), 0);
  if (length > bits) throw new Error(`column '${name}' has ${length} rows, but no values for them`);
}

function invalid(source: string, cause: unknown): AdjointError {
  return new AdjointError(
    'FILE_INVALID',
    `${source}: it cannot be read as Arrow (${cause instanceof Error ? cause.message : String(cause)}); use another copy of the file.`,
    { cause },
  );
}
