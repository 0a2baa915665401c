import { defineLoss, where, type Tensor } from '@adjoint/core';
import { between, documented, object, optional, positive, rate } from '@adjoint/core/options';

// Losses of d = y − t, the difference of outputs and targets of one shape (axes of 1 may be left out of the targets).

/** Terms that are a function of the difference. */
function ofDifference(term: (d: Tensor) => Tensor) {
  return { targets: 'numbers' as const, terms: ({ output, target }: OutputAndTarget) => term(output.sub(target)) };
}

interface OutputAndTarget {
  readonly output: Tensor;
  readonly target: Tensor;
}

export const meanSquaredError = defineLoss({
  options: object({}),
  formula: 'L = mean (y − t)²',
  create: () => ofDifference((d) => d.square()),
});

export const meanAbsoluteError = defineLoss({
  options: object({}),
  formula: 'L = mean |y − t|',
  create: () => ofDifference((d) => d.abs()),
});

/** Quadratic for small differences, linear for large ones: outliers pull with a force of at most δ. */
export const huber = defineLoss({
  options: object({ delta: documented(optional(positive, 1), 'Difference δ where the parabola ends.') }),
  formula: 'L = mean (d²/2 if |d| ≤ δ, else δ·(|d| − δ/2)), d = y − t',
  source: 'Huber 1964',
  create: ({ delta }) => ofDifference((d) => withParabola(d.abs(), delta)),
});

/** Huber's loss divided by δ = β, so that its slope is ±1 far from 0. */
export const smoothL1 = defineLoss({
  options: object({ beta: documented(optional(rate, 1), 'Difference β where the parabola ends; 0 has no parabola.') }),
  formula: 'L = mean (d²/(2β) if |d| < β, else |d| − β/2), d = y − t',
  source: 'Girshick 2015, equation 3',
  create: ({ beta }) => ofDifference((d) => (beta === 0 ? d.abs() : withParabola(d.abs(), beta).div(beta))),
});

/** d²/2 up to a limit and a line beyond it, as one product that squares nothing large. */
function withParabola(d: Tensor, limit: number): Tensor {
  const near = d.minimum(limit);
  return near.mul(d.sub(near.mul(0.5)));
}

/** As the squared error near 0 and as the absolute one far from it, with all derivatives. */
export const logCosh = defineLoss({
  options: object({}),
  formula: 'L = mean ln cosh(y − t)',
  create: () =>
    ofDifference((d) => {
      const size = d.abs();
      return size.add(size.mul(-2).exp().add(1).log().sub(Math.LN2));
    }),
});

/** The pinball loss, least where the output is the quantile of the targets: of q = ½ the median. */
export const quantile = defineLoss({
  options: object({ quantile: documented(optional(between(0, 1), 0.5), 'Share q of targets below the output.') }),
  formula: 'L = mean max(q·(t − y), (q − 1)·(t − y))',
  source: 'Koenker & Bassett 1978',
  create: ({ quantile: q }) => ofDifference((d) => where(d.less(0), d.mul(-q), d.mul(1 - q))),
});
