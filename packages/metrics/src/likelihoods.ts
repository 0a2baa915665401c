import { defineMetric, distributionOf, where, type Scale, type Scored, type Tensor } from '@adjoint/core';
import { object } from '@adjoint/core/options';
import { meanMetric } from './means.js';
import { classCount, ignoredClass, logProbabilitiesOf, outputScale, probabilitiesOf } from './outputs.js';

const probabilities = { options: { scale: 'probabilities' }, output: { shape: [3], low: 0, high: 1 } } as const;

/** Probabilities of the targets, [batch, classes, …places]. */
function targetProbabilities({ output, target }: Scored): Tensor {
  return target.dtype === 'int32' ? distributionOf(target, classCount(output), output.dtype) : target;
}

/** −Σ t·ln p, [batch, …places]. */
function surprise(batch: Scored, scale: Scale | undefined): Tensor {
  const t = targetProbabilities(batch);
  return where(t.equal(0), 0, logProbabilitiesOf(batch.output, scale)).mul(t).sum(1).neg();
}

/** The cross-entropy of all examples, in natural units. */
export const logLoss = defineMetric({
  options: object({ scale: outputScale, ignoreIndex: ignoredClass }),
  formula: 'mean of −ln p of the true class',
  examples: [{ output: [3, 2] }, { output: [1] }, probabilities],
  create: ({ scale, ignoreIndex }) =>
    meanMetric({ targets: 'classes', ignoredClass: ignoreIndex }, (batch) => surprise(batch, scale)),
});

/** Among how many classes (or words) of equal probability the model is as uncertain. */
export const perplexity = defineMetric({
  options: object({
    scale: outputScale,
    ignoreIndex: ignoredClass,
  }),
  formula: 'exp(mean of −ln p of the true class)',
  examples: [{ output: [3, 2] }, { output: [1] }, probabilities],
  create: ({ scale, ignoreIndex }) =>
    meanMetric({ targets: 'classes', ignoredClass: ignoreIndex }, (batch) => surprise(batch, scale), Math.exp),
});

/** The mean squared error of probabilities: over all classes, or of a single output that of class 1. */
export const brier = defineMetric({
  options: object({ scale: outputScale }),
  formula: 'mean of Σ_k (p_k − t_k)²; of a single output (p − t)²',
  source: 'Brier 1950',
  examples: [{ output: [3, 2] }, { output: [1] }, probabilities],
  create: ({ scale }) =>
    meanMetric({ targets: 'classes' }, (batch) => {
      const errors = probabilitiesOf(batch.output, scale).sub(targetProbabilities(batch)).square().sum(1);
      return (batch.output.shape[1] ?? 1) === 1 ? errors.mul(0.5) : errors;
    }),
});
