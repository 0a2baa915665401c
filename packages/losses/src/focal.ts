import { defineLoss, pow } from '@adjoint/core';
import { documented, fraction, object, optional, rate } from '@adjoint/core/options';
import { binaryScale, complement, shares, surprises } from './binary-scores.js';
import { weighed } from './logarithms.js';

/** Binary cross-entropy in which what is predicted well counts little, for classes that are rare. */
export const focal = defineLoss({
  options: object({
    scale: binaryScale,
    alpha: documented(optional(fraction, 0.25), 'Weight α of targets of 1; those of 0 have 1 − α.'),
    gamma: documented(optional(rate, 2), 'How fast the weight falls as the prediction gets better; 0 for not at all.'),
  }),
  formula: 'L = mean of −α_t·(1 − p_t)^γ·ln p_t, where p_t = p for t = 1 and 1 − p for t = 0',
  source: 'Lin et al. 2017, equation 5',
  examples: [{ options: { gamma: 0.5 } }, { options: { scale: 'probabilities', alpha: 0.6 } }],
  create: ({ scale, alpha, gamma }) => ({
    targets: 'probabilities',
    scale,
    terms({ output, target }) {
      const other = complement(target);
      const surprise = surprises(output, scale);
      const entropy = weighed(target, surprise.yes).add(weighed(other, surprise.no));
      const balance = target.mul(alpha).add(other.mul(1 - alpha));
      const { yes, no } = shares(output, scale);
      // Of 0 the power has no derivative where γ < 1.
      const missed = yes.mul(other).add(no.mul(target)).maximum(1e-30);
      return entropy.mul(balance).mul(pow(missed, gamma));
    },
  }),
});
