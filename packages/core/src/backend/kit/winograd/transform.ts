import type { Matrix } from './matrices.js';

/** A weighted sum; the weights are not 0. */
export type Combine<Value> = (terms: readonly (readonly [weight: number, value: Value])[]) => Value;

/**
 * M·X·Mᵀ for a small constant matrix, as sums of values that `combine` writes. Rows that differ in the signs of some
 * columns only, as those of the points p and −p do, share their two halves.
 */
export function transform2d<Value>(
  matrix: Matrix,
  x: readonly (readonly Value[])[],
  combine: Combine<Value>,
): Value[][] {
  const columns = x[0]!.map((_, j) =>
    transform1d(
      matrix,
      x.map((row) => row[j]!),
      combine,
    ),
  );
  return matrix.map((_, i) =>
    transform1d(
      matrix,
      columns.map((column) => column[i]!),
      combine,
    ),
  );
}

function transform1d<Value>(matrix: Matrix, x: readonly Value[], combine: Combine<Value>): Value[] {
  const results: Value[] = [];
  for (let i = 0; i < matrix.length; i++) {
    const [row, next] = [matrix[i]!, matrix[i + 1]];
    const isPair =
      next?.every((weight, k) => Math.abs(weight) === Math.abs(row[k]!)) && next.some((w, k) => w !== row[k]);
    const terms = (takes: (k: number) => boolean) =>
      row.flatMap((weight, k) => (weight !== 0 && takes(k) ? [[weight, x[k]!] as const] : []));
    const same = terms((k) => !isPair || next![k] === row[k]);
    const flipped = terms((k) => isPair === true && next![k] !== row[k]);
    if (flipped.length === 0 || same.length === 0) {
      results.push(combine(terms(() => true)));
      continue;
    }
    const [even, odd] = [combine(same), combine(flipped)];
    results.push(
      combine([
        [1, even],
        [1, odd],
      ]),
      combine([
        [1, even],
        [-1, odd],
      ]),
    );
    i++;
  }
  return results;
}
