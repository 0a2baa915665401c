/** A small dense matrix, row by row. */
export type Matrix = readonly (readonly number[])[];

/**
 * The matrices of the minimal filtering algorithm F(m, r) of Winograd 1980 in the form of Lavin & Gray 2016:
 * y = Aᵀ((G g) ⊙ (Bᵀ d)) with yᵢ = Σₖ gₖ dᵢ₊ₖ, for m outputs, r taps and m + r − 1 inputs.
 */
export interface WinogradMatrices {
  /** m × (m + r − 1). */
  readonly output: Matrix;
  /** (m + r − 1) × r. */
  readonly kernel: Matrix;
  /** (m + r − 1) × (m + r − 1). */
  readonly input: Matrix;
}

/** Interpolation points, with infinity as the sixth; small ones keep rounding errors small. */
const points = [0, 1, -1, 2, -2];

/** Outputs and taps of a tile come to this many inputs along each dimension. */
export const TILE_INPUTS = points.length + 1;

/** The matrices for m + r − 1 = 6. */
export function winogradMatrices(outputs: number): WinogradMatrices {
  const taps = TILE_INPUTS + 1 - outputs;
  const powers = (count: number): Matrix => points.map((point) => Array.from({ length: count }, (_, k) => point ** k));
  const infinity = (count: number): number[] => Array.from({ length: count }, (_, k) => (k === count - 1 ? 1 : 0));
  // Lagrange's denominators: Nⱼ = Πₗ≠ⱼ (pⱼ − pₗ).
  const denominators = points.map((p) => points.reduce((product, q) => (q === p ? product : product * (p - q)), 1));
  const output = transposed([...powers(outputs), infinity(outputs)]);
  const kernel = [...powers(taps).map((row, j) => row.map((x) => x / denominators[j]!)), infinity(taps)];
  // Row j of Bᵀ: the coefficients of Πₗ≠ⱼ (x − pₗ); the last one: of the product over all points.
  const input = [...points, undefined].map((own) => {
    const product = points.reduce<number[]>(
      (coefficients, p) => (p === own ? coefficients : timesRoot(coefficients, p)),
      [1],
    );
    return Array.from({ length: TILE_INPUTS }, (_, k) => product[k] ?? 0);
  });
  return { output, kernel, input };
}

/** A polynomial (lowest coefficient first) times (x − root). */
function timesRoot(coefficients: readonly number[], root: number): number[] {
  return Array.from(
    { length: coefficients.length + 1 },
    (_, k) => (coefficients[k - 1] ?? 0) - root * (coefficients[k] ?? 0),
  );
}

function transposed(matrix: Matrix): Matrix {
  return matrix[0]!.map((_, k) => matrix.map((row) => row[k]!));
}
