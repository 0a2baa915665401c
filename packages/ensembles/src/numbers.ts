import { AdjointError, formatShape, sizeOf, type HostTensor } from '@adjoint/core';

/** Number of classes of outputs [examples, classes]. @throws AdjointError `SHAPE_MISMATCH` for others */
export function classesOf(who: string, { shape }: HostTensor): number {
  const [, classes = 1] = shape;
  if (shape.length === 2 && classes >= 2) return classes;
  throw new AdjointError(
    'SHAPE_MISMATCH',
    `${who}: takes members with one output for each of two classes or more, not ${formatShape(shape.slice(1))}; for numbers choose a strategy for regressions.`,
  );
}

/** The place of the largest of each row, the lowest of equals. */
export function largestOfRows(data: ArrayLike<number>, columns: number): Int32Array {
  return Int32Array.from({ length: data.length / columns }, (_, row) => {
    let best = 0;
    for (let k = 1; k < columns; k++) if (data[row * columns + k]! > data[row * columns + best]!) best = k;
    return best;
  });
}

/** Rows of logits as probabilities. */
export function softmaxOfRows(data: ArrayLike<number>, columns: number): Float64Array {
  const result = Float64Array.from(data);
  for (let start = 0; start < result.length; start += columns) {
    const row = result.subarray(start, start + columns);
    const most = row.reduce((largest, value) => Math.max(largest, value), -Infinity);
    row.forEach((value, i) => (row[i] = Math.exp(value - most)));
    const sum = row.reduce((total, value) => total + value, 0);
    row.forEach((value, i) => (row[i] = value / sum));
  }
  return result;
}

/** Class numbers of targets: as they are, or the largest of rows of probabilities. */
export function labelsOf(who: string, targets: readonly HostTensor[], classes: number): Int32Array {
  const [target] = targets;
  if (!target) throw new AdjointError('DATA_INVALID', `${who}: the data have no targets; give the dataset labels.`);
  const columns = sizeOf(target.shape.slice(1));
  const labels = columns === classes ? largestOfRows(target.data, classes) : Int32Array.from(target.data);
  if (columns !== 1 && columns !== classes)
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `${who}: takes one class number for each example, or ${classes} probabilities, not targets of ${formatShape(target.shape.slice(1))}.`,
    );
  const wrong = labels.find((label) => label < 0 || label >= classes);
  if (wrong !== undefined)
    throw new AdjointError(
      'DATA_INVALID',
      `${who}: there is a label ${wrong}, but the members know classes 0 … ${classes - 1}.`,
    );
  return labels;
}
