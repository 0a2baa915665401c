import { AdjointError } from '@adjoint/core';
import { valueText } from '@adjoint/core/options';
import { excerpt, excerptOf } from './excerpt.js';

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** A row of a table, and where it is, such as `line 3`. */
export interface Row {
  readonly place: string;
  readonly fields: readonly unknown[];
}

/** How missing values are told, and what takes their place. */
export interface Missing {
  readonly texts: ReadonlySet<string>;
  readonly fill: number | 'mean' | undefined;
}

/** What a column makes of its fields. A number is not final before all rows were seen: categories are sorted at the end. */
export interface Column {
  readonly name: string;
  /** The number of a field, a text or a value; of a missing one NaN. */
  read(row: Row, field: unknown): number;
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

  read(row: Row, field: unknown): number {
    if (isMissing(field, this.missing)) {
      if (this.missing.fill === undefined) throw missingValue(this.source, row, this.name);
      return NaN;
    }
    const value = this.numberOf(field);
    if (!Number.isFinite(Math.fround(value))) {
      throw new AdjointError(
        'FILE_INVALID',
        `${this.source}: ${row.place}, column '${excerpt(this.name)}': expected ${this.expected}, found '${excerpt(textOf(field))}'. If the column holds names, list it in 'categorical'; if that stands for a missing value, in 'missing'.`,
      );
    }
    this.#sum += value;
    this.#count++;
    return value;
  }

  /** What errors say that a field should be. */
  protected get expected(): string {
    return 'a finite float32 number';
  }

  protected numberOf(field: unknown): number {
    if (typeof field === 'number') return field;
    if (typeof field === 'string') return decimal.test(field) ? Number(field) : NaN;
    if (field instanceof Date) return daysOf(field.getTime());
    return typeof field === 'bigint' || typeof field === 'boolean' ? Number(field) : NaN;
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

const isoDate = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?(?:Z|([+-])(\d{2}):?(\d{2}))?)?$/;

/** A column of dates (ISO 8601), as days since 1970-01-01 in UTC; dates without a zone are in UTC. */
export class DateColumn extends NumberColumn {
  protected override get expected(): string {
    return 'a date such as 2024-02-29 or 2024-02-29T12:30:00Z';
  }

  protected override numberOf(field: unknown): number {
    if (typeof field !== 'string') return super.numberOf(field);
    const found = isoDate.exec(field);
    if (!found) return NaN;
    const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = found
      .slice(1, 7)
      .map((part) => Number(part ?? 0));
    const date = new Date(Date.UTC(year, month - 1, day));
    const isReal =
      date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hours < 24 && minutes < 60 && seconds < 60;
    const offset = (found[7] === '-' ? -1 : 1) * (Number(found[8] ?? 0) * 60 + Number(found[9] ?? 0));
    return isReal ? daysOf(date.getTime() + ((hours * 60 + minutes - offset) * 60 + seconds) * 1000) : NaN;
  }
}

function daysOf(milliseconds: number): number {
  return milliseconds / 86_400_000;
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

  read(row: Row, value: unknown): number {
    if (this.missing.fill === undefined && isMissing(value, this.missing))
      throw missingValue(this.source, row, this.name);
    const field = textOf(value);
    const code = this.#codes.get(field);
    if (code !== undefined) return code;
    if (this.known) {
      throw new AdjointError(
        'FILE_INVALID',
        `${this.source}: ${row.place}, column '${excerpt(this.name)}': '${excerpt(field)}' is not a known category; expected one of ${excerptOf(this.known)}.`,
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

function isMissing(field: unknown, { texts }: Missing): boolean {
  return field === null || field === undefined || (typeof field === 'string' && texts.has(field));
}

/** A value as a name; that of nothing is empty. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'no date' : value.toISOString();
  return typeof value === 'object' ? valueText(value) : String(value);
}

function missingValue(source: string, { place }: Row, name: string): AdjointError {
  return new AdjointError(
    'FILE_INVALID',
    `${source}: ${place}, column '${excerpt(name)}': the value is missing; fill it in, leave the line out, or pass 'fill'.`,
  );
}
