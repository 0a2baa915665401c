import { AdjointError } from '@adjoint/core';
import { CsvError, parse } from 'csv-parse/browser/esm/sync';
import { dataset, type ArrayDataset } from './array-dataset.js';

export interface CsvOptions {
  /** The column to predict: its name, or its number from 0. */
  readonly target: string | number;
  /** Classification numbers the classes of the target (int32 `[rows]`); regression takes its values (float32 `[rows, 1]`). */
  readonly task: 'classification' | 'regression';
  /** Whether the first line holds the names of the columns (default true); otherwise they are called `0`, `1`, …. */
  readonly header?: boolean;
  /** The columns whose values are names, not numbers. */
  readonly categorical?: readonly (string | number)[];
  /** Codes fixed beforehand: pass the `categories` of the training table to code a test table alike. */
  readonly categories?: Readonly<Record<string, readonly string[]>>;
  /** Default `,`. */
  readonly delimiter?: string;
  /** Names the data in errors, a path or an address. */
  readonly source?: string;
}

export interface CsvTable {
  /** One input, float32 `[rows, columns]`: every column but the target, in their order. */
  readonly dataset: ArrayDataset;
  /** Names of the columns of the input. */
  readonly columns: readonly string[];
  /** The values of each categorical column and of a target that is a class; the code of a value is its place in the list. */
  readonly categories: Readonly<Record<string, readonly string[]>>;
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Reads a table of comma-separated values (RFC 4180) as a dataset. A categorical column becomes integer codes 0 … n − 1 in the
 * order of its sorted values (by number where all are numbers, else by code unit).
 * @throws AdjointError `FILE_INVALID`, naming file, line and column, for a missing value, a value that is no number in a
 * numeric column, an unknown category, or lines of unequal length; `OPTIONS_INVALID` for a column that does not exist
 */
export function parseCsv(text: string, options: CsvOptions): CsvTable {
  const { task, header = true, source = 'CSV data' } = options;
  const lines = readLines(text, options.delimiter ?? ',', source);
  const first = lines[0];
  if (!first || (header && lines.length === 1))
    throw new AdjointError(
      'FILE_INVALID',
      `${source}: there are no rows; expected ${header ? 'a header and ' : ''}at least one row.`,
    );
  const names = header ? first.fields : first.fields.map((_, i) => String(i));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new AdjointError(
      'FILE_INVALID',
      `${source}: two columns are called '${twice}'; give each a name of its own.`,
    );

  const indexOf = (column: string | number): number => {
    const index = typeof column === 'number' ? column : names.indexOf(column);
    if (names[index] === undefined)
      throw new AdjointError(
        'OPTIONS_INVALID',
        `${source}: there is no column ${JSON.stringify(column)}; the columns are ${names.join(', ')}.`,
      );
    return index;
  };
  const target = indexOf(options.target);
  const categorical = new Set((options.categorical ?? []).map(indexOf));
  if (task === 'classification') categorical.add(target);

  const rows = header ? lines.slice(1) : lines;
  const categories: Record<string, readonly string[]> = Object.create(null) as Record<string, readonly string[]>;
  const read = names.map((name, column) => {
    if (!categorical.has(column)) return (row: Line) => numberIn(row, column, name, source);
    const known = Object.hasOwn(options.categories ?? {}, name)
      ? options.categories![name]!
      : sortedValues(rows.map((row) => row.fields[column]!));
    categories[name] = known;
    const codes = new Map(known.map((value, code) => [value, code]));
    return (row: Line) => codeIn(row, column, name, codes, source);
  });

  const columns = names.filter((_, column) => column !== target);
  const inputs = new Float32Array(rows.length * columns.length);
  const targets = task === 'classification' ? new Int32Array(rows.length) : new Float32Array(rows.length);
  let next = 0;
  rows.forEach((row, i) => {
    for (let column = 0; column < names.length; column++) {
      const value = read[column]!(row);
      if (column === target) targets[i] = value;
      else inputs[next++] = value;
    }
  });
  return {
    dataset: dataset({
      inputs: { data: inputs, shape: [rows.length, columns.length] },
      targets: { data: targets, shape: task === 'classification' ? [rows.length] : [rows.length, 1] },
    }),
    columns,
    categories,
  };
}

interface Line {
  /** Counted from 1. */
  readonly number: number;
  readonly fields: readonly string[];
}

function readLines(text: string, delimiter: string, source: string): Line[] {
  const lines: Line[] = [];
  try {
    parse(text, {
      delimiter,
      bom: true,
      trim: true,
      skip_empty_lines: true,
      on_record(fields: string[], { lines: number }) {
        lines.push({ number, fields });
        return null;
      },
    });
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new AdjointError(
      'FILE_INVALID',
      `${source}: ${cause.message}. Every line needs the same number of fields, and every quote its partner.`,
      { cause },
    );
  }
  return lines;
}

function fieldOf(row: Line, column: number, name: string, source: string): string {
  const field = row.fields[column]!;
  if (field === '')
    throw new AdjointError(
      'FILE_INVALID',
      `${source}: line ${row.number}, column '${name}': the value is missing; fill it in or leave the line out.`,
    );
  return field;
}

function numberIn(row: Line, column: number, name: string, source: string): number {
  const field = fieldOf(row, column, name, source);
  const value = DECIMAL.test(field) ? Math.fround(Number(field)) : NaN;
  if (!Number.isFinite(value)) {
    throw new AdjointError(
      'FILE_INVALID',
      `${source}: line ${row.number}, column '${name}': expected a finite float32 number, found '${field}'. If the column holds names, list it in 'categorical'.`,
    );
  }
  return value;
}

function codeIn(row: Line, column: number, name: string, codes: ReadonlyMap<string, number>, source: string): number {
  const field = fieldOf(row, column, name, source);
  const code = codes.get(field);
  if (code === undefined) {
    throw new AdjointError(
      'FILE_INVALID',
      `${source}: line ${row.number}, column '${name}': '${field}' is not a known category; expected one of ${[...codes.keys()].join(', ')}.`,
    );
  }
  return code;
}

function sortedValues(values: readonly string[]): string[] {
  const distinct = [...new Set(values)];
  return distinct.every((value) => DECIMAL.test(value))
    ? distinct.sort((a, b) => Number(a) - Number(b))
    : distinct.sort();
}
