import { AdjointError, type Watched } from '@adjoint/core';
import { validateOptions } from '@adjoint/core/options';
import { loading } from '../loading.js';
import { excerpt } from './excerpt.js';
import { TableBuilder, type Table } from './table.js';
import { tableOptions } from './table-options.js';
import { TableScanner, type TableOptions } from './table-scanner.js';
import type { NumberRow } from './table-source.js';

/** Rows that are handed on at once: an array is made of each. */
const pieceRows = 4096;

/**
 * A table whose columns are lists of values: numbers, texts, booleans, dates, and null or undefined for missing ones.
 * @example tableOfColumns({ length: [1.5, 2], kind: ['a', 'b'] }, { target: 'kind', task: 'classification' })
 * @throws AdjointError `FILE_INVALID`, naming row and column, for a value that is none; `OPTIONS_INVALID` for a column
 * that does not exist
 */
export function tableOfColumns(
  columns: Readonly<Record<string, ArrayLike<unknown>>>,
  options: TableOptions & Watched,
): Table {
  const { onProgress, ...own } = { ...options };
  const given = validateOptions(tableOptions, own, 'table');
  const { source = 'table' } = given;
  const isList = (value: unknown): boolean => typeof (value as Partial<ArrayLike<unknown>> | null)?.length === 'number';
  if (typeof columns !== 'object' || columns === null || !Object.values(columns).every(isList))
    throw new AdjointError('FILE_INVALID', `${source}: expected lists of values by the names of columns.`);
  const names = Object.keys(columns);
  const lists = Object.values(columns);
  const [rows = 0] = lists.map(({ length }) => length);
  const odd = lists.findIndex(({ length }) => length !== rows);
  if (odd >= 0)
    throw new AdjointError(
      'FILE_INVALID',
      `${source}: column '${excerpt(names[odd] ?? '')}' has ${lists[odd]?.length} values, and the first ${rows}; all must have as many.`,
    );
  const scanner = new TableScanner(names, given, source);
  const builder = new TableBuilder({ ...given, source });
  const tell = loading(onProgress, 'rows', rows);
  for (const piece of rowsOfColumns(lists, scanner)) {
    for (const row of piece) builder.add(row);
    tell(piece.length);
  }
  return builder.finish(scanner);
}

/** The rows of some columns, which are those that follow what the scanner has seen. */
export function* rowsOfColumns(
  columns: readonly ArrayLike<unknown>[],
  scanner: TableScanner,
): Generator<readonly NumberRow[]> {
  const rows = columns[0]?.length ?? 0;
  const before = scanner.count;
  for (let start = 0; start < rows; start += pieceRows)
    yield Array.from({ length: Math.min(pieceRows, rows - start) }, (_, i) => {
      const fields = columns.map((column) => column[start + i]);
      return scanner.read({ place: `row ${before + start + i}`, fields });
    });
}
