import { AdjointError, type OptionsOf } from '@adjoint/core';
import { CategoryColumn, DateColumn, NumberColumn, type Column, type Missing, type Row } from './columns.js';
import { excerpt, excerptOf } from './excerpt.js';
import type { columnsOptions } from './table-options.js';

export interface TableOptions extends Readonly<OptionsOf<{ readonly options: typeof columnsOptions }>> {
  /** Codes fixed beforehand: pass the `categories` of the training table to code a test table alike. */
  readonly categories?: Readonly<Record<string, readonly string[]>>;
  /** Names the data in errors, a path or an address. */
  readonly source?: string;
  /** Bytes that its numbers, or what is unpacked at once, may take in memory; any number if not given. */
  readonly maxBytes?: number;
}

/** Table options with their defaults. */
interface Settled {
  readonly target: string | number;
  readonly task: 'classification' | 'regression';
  readonly categorical: readonly (string | number)[];
  readonly dates: readonly (string | number)[];
  readonly missing: readonly string[];
  readonly fill?: number | 'mean' | undefined;
  readonly categories?: TableOptions['categories'] | undefined;
}

/** Turns rows into numbers: what all tables have in common, wherever their rows come from. */
export class TableScanner {
  readonly task: Settled['task'];
  readonly #columns: readonly Column[];
  readonly #target: number;
  #count = 0;

  /** @throws AdjointError `FILE_INVALID` for two columns of one name, `OPTIONS_INVALID` for a column that does not exist */
  constructor(
    names: readonly string[],
    { categorical, dates, target, task, fill, missing, categories }: Settled,
    readonly source: string,
  ) {
    this.task = task;
    const indices = new Map<string, number>();
    for (const [i, name] of names.entries()) {
      if (indices.has(name))
        throw new AdjointError(
          'FILE_INVALID',
          `${source}: two columns are called '${excerpt(name)}'; give each a name of its own.`,
        );
      indices.set(name, i);
    }
    const indexOf = (column: string | number): number => {
      const index = typeof column === 'number' ? column : (indices.get(column) ?? -1);
      if (names[index] !== undefined) return index;
      throw new AdjointError(
        'OPTIONS_INVALID',
        `${source}: there is no column ${excerpt(JSON.stringify(column))}; the columns are ${excerptOf(names)}.`,
      );
    };
    for (const name of Object.keys(categories ?? {})) indexOf(name);
    this.#target = indexOf(target);
    const isCategory = new Set(categorical.map(indexOf));
    const isDate = new Set(dates.map(indexOf));
    if (task === 'classification') isCategory.add(this.#target);
    const missingValues: Missing = { texts: new Set(missing), fill };
    this.#columns = names.map((name, i) => {
      if (isDate.has(i)) return new DateColumn(name, source, missingValues);
      if (!isCategory.has(i)) return new NumberColumn(name, source, missingValues);
      const known = Object.hasOwn(categories ?? {}, name) ? categories?.[name] : undefined;
      return new CategoryColumn(name, source, missingValues, known);
    });
  }

  /** The number of each column as `read` has it, to be settled once all rows were seen. */
  read(row: Row): number[] {
    this.#count++;
    return this.#columns.map((column, i) => column.read(row, row.fields[i]));
  }

  /** Rows so far. */
  get count(): number {
    return this.#count;
  }

  /** All columns but the target, then the target. */
  get columns(): { readonly inputs: readonly Column[]; readonly target: Column; readonly targetPlace: number } {
    const inputs = this.#columns.filter((_, i) => i !== this.#target);
    return { inputs, target: this.#columns[this.#target]!, targetPlace: this.#target };
  }

  /** Names of the categorical columns' values. */
  get categories(): Readonly<Record<string, readonly string[]>> {
    const result = Object.create(null) as Record<string, readonly string[]>;
    for (const column of this.#columns) if (column instanceof CategoryColumn) result[column.name] = column.categories;
    return result;
  }
}
