import { AdjointError, type Batch, type BatchSource, type Watched } from '@adjoint/core';
import { valueText } from '@adjoint/core/options';
import { CategoryColumn, type Column } from './columns.js';
import type { TableOptions, TableScanner } from './table-scanner.js';

/** How the rows of a table are cut into batches. `onProgress` is told of the first pass; those of training belong to the run. */
export interface BatchingOptions extends Watched {
  /** Rows per batch, ≥ 1. */
  readonly batchSize: number;
  /** Leaves out a last batch that is not full; false if not given. */
  readonly dropLast?: boolean;
}

export type TableSourceOptions = TableOptions & BatchingOptions;

/** Batches of a table in the order of its rows: one input, float32 `[rows, columns]`, and the target. */
export interface TableSource extends BatchSource {
  readonly batchesPerEpoch: number;
  /** Rows of the table. */
  readonly rows: number;
  /** Names of the columns of the input. */
  readonly columns: readonly string[];
  /** The values of each categorical column and of a target that is a class; the code of a value is its place in the list. */
  readonly categories: Readonly<Record<string, readonly string[]>>;
}

/** Numbers of the columns, as `TableScanner.read` gives them. */
export type NumberRow = readonly number[];

/** Reads a table once, from its first row: a few rows at a time, and at last what it has learnt of the columns. */
export type TablePass<Options> = (
  options: Options,
  onProgress?: Watched['onProgress'],
) => AsyncGenerator<readonly NumberRow[], TableScanner>;

/**
 * A table of any length as batches, read anew in each epoch. One pass at first counts the rows and finds categories, means
 * and whatever is wrong.
 * @param kind what errors call a table without a `source`
 */
export async function tableSource<Options extends TableOptions>(
  pass: TablePass<Options>,
  given: Options & BatchingOptions,
  kind: string,
): Promise<TableSource> {
  if (typeof given !== 'object' || given === null)
    throw new AdjointError('OPTIONS_INVALID', `${kind}: give options such as { target, task, batchSize }.`);
  const { batchSize, dropLast = false, onProgress, ...others } = given;
  const options = others as unknown as Options;
  const { source = kind } = options;
  if (!Number.isSafeInteger(batchSize) || batchSize < 1)
    throw new AdjointError(
      'OPTIONS_INVALID',
      `${source}: batchSize is ${valueText(batchSize)}; expected an integer ≥ 1.`,
    );
  const table = await surveyed(pass(options, onProgress));
  const { count: rows, categories } = table;
  if (rows === 0) throw new AdjointError('FILE_INVALID', `${source}: there are no rows; expected at least one.`);
  const batchesPerEpoch = dropLast ? Math.floor(rows / batchSize) : Math.ceil(rows / batchSize);
  if (batchesPerEpoch === 0)
    throw new AdjointError(
      'OPTIONS_INVALID',
      `${source}: ${rows} rows make no batch of ${batchSize}; use a smaller batchSize.`,
    );
  const width = table.columns.inputs.length;
  const isClass = table.task === 'classification';
  const batchOf = batcher(table);
  return {
    rows,
    columns: table.columns.inputs.map(({ name }) => name),
    categories,
    inputs: [{ shape: [width], dtype: 'float32' }],
    targets: [isClass ? { shape: [], dtype: 'int32' } : { shape: [1], dtype: 'float32' }],
    batchesPerEpoch,
    async *batches({ index }) {
      let waiting: NumberRow[] = [];
      let toSkip = index * batchSize;
      // The categories are known now, so that codes are final.
      const again = pass({ ...options, categories });
      for (;;) {
        const { value, done } = await again.next();
        if (done) {
          if (waiting.length > 0 && !dropLast) yield batchOf(waiting);
          if (value.count === rows) return;
          throw new AdjointError(
            'FILE_INVALID',
            `${source}: it has ${value.count} rows now, and had ${rows} when it was opened; leave it as it is while it is read, or open it again.`,
          );
        }
        const skipped = Math.min(toSkip, value.length);
        toSkip -= skipped;
        const ready = [...waiting, ...value.slice(skipped)];
        const end = ready.length - (ready.length % batchSize);
        for (let at = 0; at < end; at += batchSize) yield batchOf(ready.slice(at, at + batchSize));
        waiting = ready.slice(end);
      }
    },
  };
}

async function surveyed(pass: AsyncGenerator<readonly NumberRow[], TableScanner>): Promise<TableScanner> {
  for (;;) {
    const { value, done } = await pass.next();
    if (done) return value;
  }
}

function batcher(table: TableScanner): (rows: readonly NumberRow[]) => Batch {
  const { inputs, target, targetPlace } = table.columns;
  const settledBy = (column: Column) => (column instanceof CategoryColumn ? (code: number) => code : column.settle());
  const settled = inputs.map(settledBy);
  const settledTarget = settledBy(target);
  const width = inputs.length;
  return (rows) => {
    const data = new Float32Array(rows.length * width);
    rows.forEach((row, r) =>
      settled.forEach((settle, c) => (data[r * width + c] = settle(row[c < targetPlace ? c : c + 1]!))),
    );
    const targets = rows.map((row) => settledTarget(row[targetPlace]!));
    return {
      inputs: [{ data, shape: [rows.length, width], dtype: 'float32' }],
      targets: [
        table.task === 'classification'
          ? { data: Int32Array.from(targets), shape: [rows.length], dtype: 'int32' }
          : { data: Float32Array.from(targets), shape: [rows.length, 1], dtype: 'float32' },
      ],
    };
  };
}
