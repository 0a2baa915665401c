import { defineLoss, distributionOf, type Tensor } from '@adjoint/core';
import { object } from '@adjoint/core/options';
import { classScale, logarithm, logProbabilitiesOf, weighed } from './logarithms.js';

// How far distributions [batch, classes, …places] are from those of the targets. Class numbers are certain distributions.

const examples = [
  { outputs: [[3, 2]] },
  { options: { scale: 'probabilities' }, outputs: [[3]], targets: [{ shape: [3], dtype: 'float64', low: 0, high: 1 }] },
] as const;

function distribution(target: Tensor, { shape: [, classes = 1], dtype }: Tensor): Tensor {
  return target.dtype === 'int32' ? distributionOf(target, classes, dtype) : target;
}

/** The information that is lost where the outputs stand for the targets. */
export const klDivergence = defineLoss({
  options: object({ scale: classScale }),
  formula: 'L = mean over examples and places of Σ_k t_k·(ln t_k − ln p_k)',
  source: 'Kullback & Leibler 1951',
  examples,
  create: ({ scale }) => ({
    targets: 'classes',
    scale,
    terms({ output, target }) {
      const t = distribution(target, output);
      return weighed(t, logarithm(t).sub(logProbabilitiesOf(output, scale))).sum(1);
    },
  }),
});

/** Kullback and Leibler's divergence of both from the mean of both: symmetric, at most ln 2. */
export const jensenShannon = defineLoss({
  options: object({ scale: classScale }),
  formula: 'L = mean of ½·Σ_k t_k·(ln t_k − ln m_k) + ½·Σ_k p_k·(ln p_k − ln m_k), m = (p + t)/2',
  source: 'Lin 1991, equation 4.1',
  examples,
  create: ({ scale }) => ({
    targets: 'classes',
    scale,
    terms({ output, target }) {
      const t = distribution(target, output);
      const logarithms = logProbabilitiesOf(output, scale);
      const p = scale === 'probabilities' ? output : logarithms.exp();
      const middle = logarithm(p.add(t).mul(0.5));
      const halves = weighed(t, logarithm(t).sub(middle)).add(weighed(p, logarithms.sub(middle)));
      return halves.sum(1).mul(0.5);
    },
  }),
});
