import { defineMetric, metric, type HostTensor, type Metric, type Tensor } from '@adjoint/core';
import { object } from '@adjoint/core/options';
import { meanMetric } from './means.js';

// Metrics of numbers: outputs and targets of one shape (axes of 1 may be left out of the targets).

/** A mean over all differences d = y − t. */
function ofDifference(
  formula: string,
  term: (difference: Tensor, target: Tensor) => Tensor,
  finish?: (mean: number) => number,
) {
  return defineMetric({
    options: object({}),
    formula,
    examples: [{ output: [2] }, { output: [] }],
    create: () => meanMetric({ targets: 'numbers' }, ({ output, target }) => term(output.sub(target), target), finish),
  });
}

export const meanSquaredError = ofDifference('MSE = mean (y − t)²', (d) => d.square());
export const rootMeanSquaredError = ofDifference('RMSE = √(mean (y − t)²)', (d) => d.square(), Math.sqrt);
export const meanAbsoluteError = ofDifference('MAE = mean |y − t|', (d) => d.abs());

/** A share, not a hundredth. Targets of 0 make it enormous. */
export const meanAbsolutePercentageError = ofDifference('MAPE = mean |y − t|/|t|', (d, target) =>
  d.abs().div(target.abs().maximum(2 ** -52)),
);

/** What a batch, or a whole pass, tells of each output: weight, means and squared distances from them. */
interface Moments {
  weight: number;
  readonly means: number[];
  readonly squares: number[];
}

/** Moments of several batches together, by Chan, Golub & LeVeque 1979: no large sums are taken from each other. */
function together(weights: HostTensor, means: HostTensor, squares: HostTensor): Moments {
  const [, outputs = 1] = means.shape;
  const all: Moments = {
    weight: 0,
    means: new Array<number>(outputs).fill(0),
    squares: new Array<number>(outputs).fill(0),
  };
  weights.data.forEach((weight, batch) => {
    if (weight === 0) return;
    const sum = all.weight + weight;
    for (let i = 0; i < outputs; i++) {
      const apart = means.data[batch * outputs + i]! - all.means[i]!;
      all.means[i]! += (apart * weight) / sum;
      all.squares[i]! += squares.data[batch * outputs + i]! + (apart ** 2 * all.weight * weight) / sum;
    }
    all.weight = sum;
  });
  return all;
}

/** Share of the targets' variance that is explained, the mean over outputs; `left` is what is not, of each output. */
function explained(squares: readonly number[], left: readonly number[]): number {
  // As scikit-learn: of constant targets everything is explained, or nothing.
  const shares = squares.map((square, i) => (square === 0 ? Number(left[i] === 0) : 1 - left[i]! / square));
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

function varianceMetric(left: (residuals: Moments) => readonly number[]): Metric {
  return metric({
    targets: 'numbers',
    merge: 'concatenate',
    measure({ output, target, weights }) {
      const rows = output.shape[0]!;
      const counts = (weights?.cast(output.dtype) ?? output.mul(0).add(1)).reshape([rows, -1]).slice([0, 0], [rows, 1]);
      const weight = counts.sum(0);
      const moments = (x: Tensor): readonly [Tensor, Tensor] => {
        const each = x.reshape([rows, -1]);
        const mean = each.mul(counts).sum(0, true).div(weight.maximum(1e-30));
        return [mean, each.sub(mean).square().mul(counts).sum(0, true)];
      };
      const [mean, squares] = moments(target);
      const [bias, residuals] = moments(target.sub(output));
      return { weight, mean, squares, bias, residuals };
    },
    finish({ weight, mean, squares, bias, residuals }) {
      const targets = together(weight, mean, squares);
      return explained(targets.squares, left(together(weight, bias, residuals)));
    },
  });
}

/** 1 for outputs that are the targets, 0 for the mean of the targets, below 0 for worse; the mean over several outputs. */
export const rSquared = defineMetric({
  options: object({}),
  formula: 'R² = 1 − Σ (t − y)²/Σ (t − t̄)²',
  create: () =>
    varianceMetric(({ weight, means, squares }) => squares.map((square, i) => square + weight * means[i]! ** 2)),
});

/** As R², but a constant offset of the outputs does not count. */
export const explainedVariance = defineMetric({
  options: object({}),
  formula: '1 − Var(t − y)/Var(t)',
  create: () => varianceMetric(({ squares }) => squares),
});
