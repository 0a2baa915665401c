import { AdjointError, type Watched } from '@adjoint/core';
import { validateOptions } from '@adjoint/core/options';
import { loading } from '../loading.js';
import { excerpt } from './excerpt.js';
import { TableBuilder, type Table } from './table.js';
import { tableOptions } from './table-options.js';
import { TableScanner, type TableOptions } from './table-scanner.js';

/** Rows after which it is told how far reading is. */
const rowsAtOnce = 2 ** 14;

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
  const builder = new TableBuilder();
  const tell = loading(onProgress, 'rows', rows);
  for (let start = 0; start < rows; start += rowsAtOnce) {
    const end = Math.min(rows, start + rowsAtOnce);
    for (let row = start; row < end; row++)
      builder.add(scanner.read({ place: `row ${row}`, fields: lists.map((list) => list[row]) }));
    tell(end - start);
  }
  return builder.finish(scanner, given.task);
}
