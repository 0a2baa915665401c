import { RandomSource } from '@adjoint/core';
import { squaredDecomposition } from '@adjoint/generalization';
import { Matrix, QrDecomposition } from 'ml-matrix';

export interface FeaturePlan {
  /** Numbers of random features. */
  readonly counts: readonly number[];
  /** Training examples. */
  readonly examples: number;
  /** Inputs of each example. */
  readonly inputs: number;
  readonly test: number;
  readonly repeats: number;
  /** Standard deviation of the noise in the training targets. */
  readonly noise: number;
  /** What a feature makes of its sum. */
  readonly activation: (sum: number) => number;
}

/** The parts of the squared error with a number of features, against targets without noise. */
export interface AtCount {
  readonly count: number;
  readonly bias2: number;
  readonly variance: number;
  readonly total: number;
  /** Of the training targets. */
  readonly trainError: number;
}

export const relu = (sum: number): number => Math.max(sum, 0);

/**
 * Least squares on random features φ(W·x), of all solutions the smallest (Rahimi & Recht 2007; Belkin et al. 2019). A linear
 * teacher of variance 1 sets the targets. Each repeat draws features and training data anew.
 */
export function randomFeatures(plan: FeaturePlan, random: RandomSource): AtCount[] {
  const { examples, inputs, test, repeats, noise, activation } = plan;
  const normal = (rows: number, columns: number, scale = 1): Matrix =>
    Matrix.from1DArray(
      rows,
      columns,
      Array.from({ length: rows * columns }, () => scale * random.normal()),
    );
  const teacher = normal(inputs, 1);
  teacher.div(teacher.norm());
  const held = normal(test, inputs);
  const truth = held.mmul(teacher).to1DArray();
  return plan.counts.map((count) => {
    const predictions: number[][] = [];
    let trainError = 0;
    for (let i = 0; i < repeats; i++) {
      const points = normal(examples, inputs);
      const targets = points.mmul(teacher).add(normal(examples, 1, noise));
      const weights = normal(inputs, count, 1 / Math.sqrt(inputs));
      const features = (of: Matrix): Matrix => {
        const sums = of.mmul(weights);
        return sums.apply((row, column) => sums.set(row, column, activation(sums.get(row, column))));
      };
      const seen = features(points);
      const solution = smallestSolution(seen, targets);
      predictions.push(features(held).mmul(solution).to1DArray());
      trainError += seen.mmul(solution).sub(targets).norm() ** 2 / examples / repeats;
    }
    const { bias2, variance, total } = squaredDecomposition(predictions, truth);
    return { count, bias2, variance, total, trainError };
  });
}

/** Minimises ‖A·x − b‖, and ‖x‖ among what does: by QR of A, or of its transpose where A is wide. */
export function smallestSolution(a: Matrix, b: Matrix): Matrix {
  if (a.rows >= a.columns) return new QrDecomposition(a).solve(b);
  const qr = new QrDecomposition(a.transpose());
  // Aᵀ = Q·R, so that A·x = Rᵀ·(Qᵀ·x) = b, and x = Q·z is the smallest.
  const { upperTriangularMatrix: r, orthogonalMatrix: q } = qr;
  const z = new Array<number>(r.rows);
  for (let i = 0; i < r.rows; i++) {
    let rest = b.get(i, 0);
    for (let j = 0; j < i; j++) rest -= r.get(j, i) * z[j]!;
    z[i] = rest / r.get(i, i);
  }
  return q.mmul(Matrix.columnVector(z));
}
