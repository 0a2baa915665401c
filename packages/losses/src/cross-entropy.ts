import { defineLoss, where } from '@adjoint/core';
import { documented, fraction, object, optional } from '@adjoint/core/options';
import { classOptions, countedClasses, ofClass, perClass } from './class-numbers.js';
import { classScale, logProbabilitiesOf, weighed } from './logarithms.js';

/**
 * Cross-entropy of scores [batch, classes, …places] with class numbers [batch, …places] or probabilities of the scores'
 * shape: one class for an example, or one for each place of a map. With class numbers the mean is over the weights of
 * their classes, with probabilities over all places.
 */
export const crossEntropy = defineLoss({
  options: object({
    scale: classScale,
    ...classOptions,
    smoothing: documented(optional(fraction, 0), 'Share ε of the targets that is spread over all classes.'),
  }),
  formula: 'L = −mean over examples and places of Σ_k t_k·ln softmax(z)_k',
  examples: [
    { outputs: [[3]] },
    { options: { weights: [1, 0.5, 2], ignoreIndex: 1, smoothing: 0.1 }, outputs: [[3, 2]] },
    {
      options: { scale: 'probabilities', smoothing: 0.1 },
      outputs: [[3]],
      targets: [{ shape: [3], dtype: 'float64', low: 0, high: 1 }],
    },
  ],
  create: ({ scale, weights, ignoreIndex, smoothing }) => ({
    targets: 'classes',
    ignoredClass: ignoreIndex,
    scale,
    terms({ output, target }) {
      const logarithms = logProbabilitiesOf(output, scale);
      const [, classes = 1] = output.shape;
      const ofClasses = weights && perClass('crossEntropy', weights, output);
      if (target.dtype !== 'int32') {
        const smoothed = smoothing === 0 ? target : target.mul(1 - smoothing).add(smoothing / classes);
        return weighed(ofClasses ? smoothed.mul(ofClasses) : smoothed, logarithms)
          .sum(1)
          .neg();
      }
      const { known, counts } = countedClasses('crossEntropy', target, output, { weights, ignoreIndex });
      const surprise = ofClass(logarithms, known).neg();
      if (smoothing === 0) return counts ? { losses: surprise, weights: counts } : surprise;
      const weighted = ofClasses?.broadcastTo(output.shape);
      const all = (weighted ? weighed(weighted, logarithms) : logarithms).sum(1).neg();
      // The mean is over the weights of the classes; one of weight 0 counts in no way.
      const own = weighted && ofClass(weighted, known);
      const ofAll = own ? all.div(where(own.greater(0), own, 1)) : all;
      const losses = surprise.mul(1 - smoothing).add(ofAll.mul(smoothing / classes));
      return counts ? { losses, weights: counts } : losses;
    },
  }),
});
