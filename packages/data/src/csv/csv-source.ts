import { tableSource, type BatchingOptions, type TableSource } from '../table/table-source.js';
import type { OpenBytes } from '../table/text-decoder.js';
import { textPass } from '../table/text-pass.js';
import { CsvScanner, type CsvOptions } from './csv-scanner.js';

export type CsvSourceOptions = CsvOptions & BatchingOptions;

/**
 * A table of any length as batches, read anew in each epoch: memory holds a batch and a piece of the file, and never the
 * table. It is read through once at first, which counts the rows and finds categories, means and whatever is wrong.
 * Rows come in the order of the file; shuffle the file where that matters.
 * @example trainer.fit(await csvSource(() => file.stream(), { target: 'price', task: 'regression', batchSize: 256 }), { epochs: 3 })
 * @throws AdjointError what `parseCsv` throws; `FILE_INVALID` also where the file has changed since
 */
export async function csvSource(open: OpenBytes, options: CsvSourceOptions): Promise<TableSource> {
  return tableSource(
    textPass<CsvOptions>(open, 'CSV data', (own, onRow) => new CsvScanner(own, onRow)),
    options,
    'CSV data',
  );
}
