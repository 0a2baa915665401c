import { AdjointError, defineLoss, formatShape, sameShape, where, withVjp, type Tensor } from '@adjoint/core';
import { boolean, documented, object, oneOf, optional, positive } from '@adjoint/core/options';

// Negative logarithms of the likelihood of numbers, where the outputs are the parameters of their distribution.

/** Raises what is too small, which is still pushed up, as in PyTorch: the derivative is 1. */
function atLeast(x: Tensor, least: number): Tensor {
  return withVjp(
    'atLeast',
    [x],
    () => x.maximum(least),
    (cotangent) => [cotangent],
  );
}

/** Of counts, whose expectation the outputs are. */
export const poisson = defineLoss({
  options: object({
    logInput: documented(optional(boolean, true), 'Whether outputs are logarithms of expectations.'),
    full: documented(optional(boolean, false), "Whether ln t! is counted, too, by Stirling's formula for t > 1."),
    epsilon: documented(optional(positive, 1e-8), 'Added to expectations whose logarithm is taken.'),
  }),
  formula: 'L = mean of λ − t·ln λ + ln t!, λ = e^y',
  examples: [
    { targets: [{ shape: [3], dtype: 'int32', low: 0, high: 5 }] },
    {
      options: { logInput: false, full: true },
      outputs: [{ shape: [2], low: 0.5, high: 4 }],
      targets: [{ shape: [2], dtype: 'int32', low: 0, high: 5 }],
    },
  ],
  create: ({ logInput, full, epsilon }) => ({
    targets: 'numbers',
    terms({ output, target }) {
      const expected = logInput ? output.exp() : atLeast(output, 0);
      const loss = expected.sub(target.mul(logInput ? output : expected.add(epsilon).log()));
      if (!full) return loss;
      const t = target.maximum(1);
      const stirling = t
        .mul(t.log())
        .sub(t)
        .add(
          t
            .mul(2 * Math.PI)
            .log()
            .mul(0.5),
        );
      return loss.add(where(target.greater(1), stirling, 0));
    },
  }),
});

/** Of numbers with normal noise, whose mean is the first output and whose variance the second, of the same shape. */
export const gaussian = defineLoss({
  options: object({
    of: documented(
      optional(oneOf('variance', 'logVariance'), 'variance'),
      'What the second output is; the variance itself wants a last layer that is positive.',
    ),
    full: documented(optional(boolean, false), 'Whether the constant ½·ln 2π is counted, too.'),
    epsilon: documented(optional(positive, 1e-6), 'Least variance.'),
  }),
  formula: 'L = mean of ½·(ln σ² + (t − μ)²/σ²)',
  source: 'Nix & Weigend 1994, equation 4',
  examples: [
    { options: { of: 'logVariance' }, outputs: [[2], [2]] },
    { outputs: [[2], { shape: [2], low: 0.5, high: 2 }] },
  ],
  create: ({ of, full, epsilon }) => ({
    targets: 'numbers',
    terms({ outputs, target }) {
      const [mean, spread] = outputs;
      if (!spread || outputs.length !== 2 || !sameShape(mean.shape, spread.shape))
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `gaussian: takes two outputs of one shape, the mean and its ${of}, but the model has ${outputs.map(({ shape }) => formatShape(shape)).join(', ')}.`,
        );
      const distance = target.sub(mean).square();
      const isLogarithm = of === 'logVariance';
      const bounded = atLeast(spread, isLogarithm ? Math.log(epsilon) : epsilon);
      const twice = isLogarithm
        ? bounded.add(distance.mul(bounded.neg().exp()))
        : bounded.log().add(distance.div(bounded));
      const loss = twice.mul(0.5);
      return full ? loss.add(0.5 * Math.log(2 * Math.PI)) : loss;
    },
  }),
});
