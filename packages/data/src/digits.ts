import { AdjointError, isAdjointError } from '@adjoint/core';
import { dataset, type ArrayDataset } from './array-dataset.js';
import { bytesOf, nameOf, type BytesSource } from './bytes-source.js';
import { parseCsv } from './csv/csv.js';
import type { Table } from './table/table.js';

/** The class of each label. */
export const digitsClasses = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

/**
 * The 1,797 handwritten digits of `assets/digits/digits.csv`: images float32 `[1797, 1, 8, 8]` in [0, 1], labels int32 `[1797]`.
 * Source: Alpaydin & Kaynak 1998, "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository.
 * @throws AdjointError `FILE_UNREADABLE` or `FILE_INVALID`
 */
export async function digits(file: BytesSource): Promise<ArrayDataset> {
  const source = nameOf(file, 'digits');
  const table = readTable(new TextDecoder().decode(await bytesOf(file)), source);
  if (table.columns.length !== 64) {
    throw new AdjointError(
      'FILE_INVALID',
      `${source}: expected 64 columns of cells and a label, found ${table.columns.length} and a label.`,
    );
  }
  const { inputs, targets } = table.dataset.batch(Int32Array.from({ length: table.dataset.size }, (_, i) => i));
  return dataset({
    inputs: { data: inputs[0]!.data.map((cell) => cell / 16), shape: [table.dataset.size, 1, 8, 8] },
    targets: targets[0]!,
  });
}

function readTable(text: string, source: string): Table {
  try {
    return parseCsv(text, { target: 'label', task: 'classification', source });
  } catch (cause) {
    // The column is not one that the caller has chosen: it is the file that is wrong.
    if (!isAdjointError(cause) || cause.code !== 'OPTIONS_INVALID') throw cause;
    throw new AdjointError('FILE_INVALID', `${cause.message} Give the file of the digits.`, { cause });
  }
}
