/** Eigenvalues in descending order with their vectors. */
export interface Eigen {
  readonly values: readonly number[];
  /** `vectors[i]` belongs to `values[i]`; each has length 1. */
  readonly vectors: readonly Float64Array[];
}

/** All eigenvalues of a small symmetric matrix, by Jacobi's rotations (Golub & Van Loan 2013, section 8.5). */
export function symmetricEigen(matrix: readonly Float64Array[]): Eigen {
  const size = matrix.length;
  const a = matrix.map((row) => row.slice());
  /** Rows are vectors. */
  const v = a.map((_, i) => Float64Array.from({ length: size }, (__, j) => Number(i === j)));
  for (let sweep = 0; sweep < 60; sweep++) {
    let [off, all] = [0, 0];
    a.forEach((row, i) =>
      row.forEach((value, j) => {
        all += value * value;
        if (i !== j) off += value * value;
      }),
    );
    if (off <= 1e-30 * all) break;
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(a, v, p, q);
  }
  const order = Array.from(a.keys()).sort((i, j) => a[j]![j]! - a[i]![i]!);
  return { values: order.map((i) => a[i]![i]!), vectors: order.map((i) => v[i]!) };
}

/** Makes a[p][q] zero. */
function rotate(a: readonly Float64Array[], v: readonly Float64Array[], p: number, q: number): void {
  const [rowP, rowQ] = [a[p]!, a[q]!];
  const between = rowP[q]!;
  if (between === 0) return;
  const tau = (rowQ[q]! - rowP[p]!) / (2 * between);
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
  const c = 1 / Math.sqrt(1 + t * t);
  const s = t * c;
  for (const row of a) {
    const [x, y] = [row[p]!, row[q]!];
    row[p] = c * x - s * y;
    row[q] = s * x + c * y;
  }
  const turn = (one: Float64Array, other: Float64Array): void =>
    one.forEach((x, k) => {
      const y = other[k]!;
      one[k] = c * x - s * y;
      other[k] = s * x + c * y;
    });
  turn(rowP, rowQ);
  turn(v[p]!, v[q]!);
}
