import { AdjointError } from '@adjoint/core';
import type { CsvRow } from './csv-rows.js';
import { excerpt, excerptOf } from './excerpt.js';

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** How missing values are told, and what takes their place. */
export interface Missing {
  readonly texts: ReadonlySet<string>;
  readonly fill: number | 'mean' | undefined;
}

/** What a column makes of its fields. A number is not final before all rows were seen: categories are sorted at the end. */
export interface Column {
  readonly name: string;
  /** The number of a field; of a missing one NaN. */
  read(row: CsvRow, field: string): number;
  /** What takes the place of the numbers that `read` gave, once it has seen all rows. */
  settle(): (value: number) => number;
}

/** A column of numbers. */
export class NumberColumn implements Column {
  #sum = 0;
  #count = 0;

  constructor(
    readonly name: string,
    readonly source: string,
    readonly missing: Missing,
  ) {}

  read(row: CsvRow, field: string): number {
    if (this.missing.texts.has(field)) {
      if (this.missing.fill === undefined) throw missingValue(this.source, row, this.name);
      return NaN;
    }
    const value = decimal.test(field) ? Number(field) : NaN;
    if (!Number.isFinite(Math.fround(value))) {
      throw new AdjointError(
        'FILE_INVALID',
        `${this.source}: line ${row.line}, column '${excerpt(this.name)}': expected a finite float32 number, found '${excerpt(field)}'. If the column holds names, list it in 'categorical'; if that stands for a missing value, in 'missing'.`,
      );
    }
    this.#sum += value;
    this.#count++;
    return value;
  }

  settle(): (value: number) => number {
    const { fill } = this.missing;
    if (fill === 'mean' && this.#count === 0)
      throw new AdjointError(
        'FILE_INVALID',
        `${this.source}: column '${excerpt(this.name)}' holds no value whose mean could take the place of the missing ones; fill with a number.`,
      );
    const instead = fill === 'mean' ? this.#sum / this.#count : (fill ?? 0);
    return (value) => (Number.isNaN(value) ? instead : value);
  }
}

/** A column of names, which become codes 0 … n − 1 in the order of the sorted names, or of names known beforehand. */
export class CategoryColumn implements Column {
  readonly #codes: Map<string, number>;

  constructor(
    readonly name: string,
    readonly source: string,
    readonly missing: Missing,
    readonly known?: readonly string[],
  ) {
    this.#codes = new Map((known ?? []).map((value, code) => [value, code]));
  }

  read(row: CsvRow, field: string): number {
    if (this.missing.fill === undefined && this.missing.texts.has(field))
      throw missingValue(this.source, row, this.name);
    const code = this.#codes.get(field);
    if (code !== undefined) return code;
    if (this.known) {
      throw new AdjointError(
        'FILE_INVALID',
        `${this.source}: line ${row.line}, column '${excerpt(this.name)}': '${excerpt(field)}' is not a known category; expected one of ${excerptOf(this.known)}.`,
      );
    }
    this.#codes.set(field, this.#codes.size);
    return this.#codes.size - 1;
  }

  get categories(): readonly string[] {
    if (this.known) return this.known;
    const names = [...this.#codes.keys()];
    return names.every((name) => decimal.test(name)) ? names.sort((a, b) => Number(a) - Number(b)) : names.sort();
  }

  settle(): (value: number) => number {
    const place = new Map(this.categories.map((name, code) => [name, code]));
    const sorted = [...this.#codes.keys()].map((name) => place.get(name) ?? 0);
    return (code) => sorted[code] ?? 0;
  }
}

/** Whether a first line looks like values instead of names. */
export function isNumeric(field: string): boolean {
  return decimal.test(field);
}

function missingValue(source: string, { line }: CsvRow, name: string): AdjointError {
  return new AdjointError(
    'FILE_INVALID',
    `${source}: line ${line}, column '${excerpt(name)}': the value is missing; fill it in, leave the line out, or pass 'fill'.`,
  );
}
