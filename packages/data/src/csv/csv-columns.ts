import { AdjointError } from '@adjoint/core';
import type { CsvRow } from './csv-rows.js';
import { excerpt, excerptOf } from './excerpt.js';

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** How missing values are told, and what takes their place. */
export interface Missing {
  readonly texts: ReadonlySet<string>;
  readonly fill: number | 'mean' | undefined;
}

/** A column while a table is read: only numbers are kept. */
export interface Column {
  readonly name: string;
  add(row: CsvRow, field: string): void;
  /** Values of all rows. */
  finish(): ArrayLike<number>;
}

/** float32 numbers that are collected without knowing how many will come. */
class Numbers {
  #values = new Float64Array(16);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Float64Array(2 * this.length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  values(): Float64Array {
    return this.#values.subarray(0, this.length);
  }
}

/** A column of numbers. */
export class NumberColumn implements Column {
  readonly #numbers = new Numbers();

  constructor(
    readonly name: string,
    readonly source: string,
    readonly missing: Missing,
  ) {}

  add(row: CsvRow, field: string): void {
    if (this.missing.texts.has(field)) {
      if (this.missing.fill === undefined) throw missingValue(this.source, row, this.name);
      this.#numbers.push(NaN);
      return;
    }
    const value = decimal.test(field) ? Number(field) : NaN;
    if (!Number.isFinite(Math.fround(value))) {
      throw new AdjointError(
        'FILE_INVALID',
        `${this.source}: line ${row.line}, column '${excerpt(this.name)}': expected a finite float32 number, found '${excerpt(field)}'. If the column holds names, list it in 'categorical'; if that stands for a missing value, in 'missing'.`,
      );
    }
    this.#numbers.push(value);
  }

  finish(): Float64Array {
    const values = this.#numbers.values();
    const { fill } = this.missing;
    if (fill === undefined) return values;
    const known = values.filter((value) => !Number.isNaN(value));
    if (fill === 'mean' && known.length === 0)
      throw new AdjointError(
        'FILE_INVALID',
        `${this.source}: column '${excerpt(this.name)}' holds no value whose mean could take the place of the missing ones; fill with a number.`,
      );
    const value = fill === 'mean' ? known.reduce((sum, x) => sum + x, 0) / known.length : fill;
    return values.map((x) => (Number.isNaN(x) ? value : x));
  }
}

/** A column of names, which become codes 0 … n − 1 in the order of the sorted names, or of names known beforehand. */
export class CategoryColumn implements Column {
  readonly #numbers = new Numbers();
  readonly #codes: Map<string, number>;

  constructor(
    readonly name: string,
    readonly source: string,
    readonly missing: Missing,
    readonly known?: readonly string[],
  ) {
    this.#codes = new Map((known ?? []).map((value, code) => [value, code]));
  }

  add(row: CsvRow, field: string): void {
    if (this.missing.fill === undefined && this.missing.texts.has(field))
      throw missingValue(this.source, row, this.name);
    let code = this.#codes.get(field);
    if (code === undefined && this.known) {
      throw new AdjointError(
        'FILE_INVALID',
        `${this.source}: line ${row.line}, column '${excerpt(this.name)}': '${excerpt(field)}' is not a known category; expected one of ${excerptOf(this.known)}.`,
      );
    }
    if (code === undefined) this.#codes.set(field, (code = this.#codes.size));
    this.#numbers.push(code);
  }

  get categories(): readonly string[] {
    if (this.known) return this.known;
    const names = [...this.#codes.keys()];
    return names.every((name) => decimal.test(name)) ? names.sort((a, b) => Number(a) - Number(b)) : names.sort();
  }

  finish(): Float64Array {
    if (this.known) return this.#numbers.values();
    const place = new Map(this.categories.map((name, code) => [name, code]));
    const sorted = [...this.#codes.keys()].map((name) => place.get(name) ?? 0);
    return this.#numbers.values().map((code) => sorted[code] ?? 0);
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
