import { AdjointError, type Batch, type BatchSource, type Watched } from '@adjoint/core';
import { CsvScanner, type CsvOptions } from './csv-scanner.js';
import { valueText } from '@adjoint/core/options';
import { loading, tellingBytes } from '../loading.js';
import { CategoryColumn, type Column } from '../table/columns.js';
import { textOf, type OpenBytes } from './text-decoder.js';

/** `onProgress` is told of the first pass; those of training belong to the run. */
export interface CsvSourceOptions extends CsvOptions, Watched {
  /** Rows per batch, ≥ 1. */
  readonly batchSize: number;
  /** Leaves out a last batch that is not full; false if not given. */
  readonly dropLast?: boolean;
}

/** Batches of a table in the order of its rows: one input, float32 `[rows, columns]`, and the target. */
export interface CsvSource extends BatchSource {
  readonly batchesPerEpoch: number;
  /** Rows of the table. */
  readonly rows: number;
  /** Names of the columns of the input. */
  readonly columns: readonly string[];
  /** The values of each categorical column and of a target that is a class; the code of a value is its place in the list. */
  readonly categories: Readonly<Record<string, readonly string[]>>;
}

/**
 * A table of any length as batches, read anew in each epoch: memory holds a batch and a piece of the file, and never the
 * table. It is read through once at first, which counts the rows and finds categories, means and whatever is wrong.
 * Rows come in the order of the file; shuffle the file where that matters.
 * @example trainer.fit(await csvSource(() => file.stream(), { target: 'price', task: 'regression', batchSize: 256 }), { epochs: 3 })
 * @throws AdjointError what `parseCsv` throws; `FILE_INVALID` also where the file has changed since
 */
export async function csvSource(open: OpenBytes, given: CsvSourceOptions): Promise<CsvSource> {
  if (typeof open !== 'function' || typeof given !== 'object' || given === null)
    throw new AdjointError(
      'OPTIONS_INVALID',
      'csvSource: takes a function that opens the bytes, and options such as { target, task, batchSize }.',
    );
  const { batchSize, dropLast = false, onProgress, ...options } = given;
  const { source = 'CSV data' } = options;
  if (!Number.isSafeInteger(batchSize) || batchSize < 1)
    throw new AdjointError(
      'OPTIONS_INVALID',
      `${source}: batchSize is ${valueText(batchSize)}; expected an integer ≥ 1.`,
    );
  const survey = new CsvScanner(options, () => undefined);
  const told = async () => tellingBytes(await open(), loading(onProgress, 'bytes'));
  for await (const text of textOf(told, options.encoding, source)) survey.push(text);
  const table = survey.end();
  const { count: rows, categories } = table;
  const { inputs, target, targetPlace } = table.columns;
  // The categories of later passes are known, so that their codes are final.
  const settledBy = (column: Column) => (column instanceof CategoryColumn ? (code: number) => code : column.settle());
  const settled = inputs.map(settledBy);
  const settledTarget = settledBy(target);
  const isClass = survey.options.task === 'classification';
  const batchesPerEpoch = dropLast ? Math.floor(rows / batchSize) : Math.ceil(rows / batchSize);
  if (batchesPerEpoch === 0)
    throw new AdjointError(
      'OPTIONS_INVALID',
      `${source}: ${rows} rows make no batch of ${batchSize}; use a smaller batchSize.`,
    );

  const batchOf = (held: readonly (readonly number[])[]): Batch => {
    const data = new Float32Array(held.length * inputs.length);
    held.forEach((row, r) =>
      settled.forEach((settle, c) => (data[r * inputs.length + c] = settle(row[c < targetPlace ? c : c + 1]!))),
    );
    const targets = held.map((row) => settledTarget(row[targetPlace]!));
    return {
      inputs: [{ data, shape: [held.length, inputs.length], dtype: 'float32' }],
      targets: [
        isClass
          ? { data: Int32Array.from(targets), shape: [held.length], dtype: 'int32' }
          : { data: Float32Array.from(targets), shape: [held.length, 1], dtype: 'float32' },
      ],
    };
  };

  return {
    rows,
    columns: inputs.map(({ name }) => name),
    categories,
    inputs: [{ shape: [inputs.length], dtype: 'float32' }],
    targets: [isClass ? { shape: [], dtype: 'int32' } : { shape: [1], dtype: 'float32' }],
    batchesPerEpoch,
    async *batches({ index }) {
      let waiting: (readonly number[])[] = [];
      let toSkip = index * batchSize;
      const again = new CsvScanner({ ...options, categories }, (row) => {
        if (toSkip > 0) toSkip--;
        else waiting.push(row);
      });
      const taken = function* (isLast: boolean): Generator<Batch> {
        const rest = waiting.length % batchSize;
        const end = isLast && !dropLast ? waiting.length : waiting.length - rest;
        for (let at = 0; at < end; at += batchSize) yield batchOf(waiting.slice(at, Math.min(end, at + batchSize)));
        waiting = waiting.slice(end);
      };
      for await (const text of textOf(open, options.encoding, source)) {
        again.push(text);
        yield* taken(false);
      }
      const { count } = again.end();
      yield* taken(true);
      if (count !== rows)
        throw new AdjointError(
          'FILE_INVALID',
          `${source}: it has ${count} rows now, and had ${rows} when it was opened; leave it as it is while it is read, or open it again.`,
        );
    },
  };
}
