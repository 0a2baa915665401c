import { AdjointError, defineLayer, severalOf, type Tensor } from '@adjoint/core';
import { documented, object, oneOf, optional } from '@adjoint/core/options';
import { checkAlike } from './alike.js';

/**
 * Mean and variance of a mixture of normal distributions. Inputs are the mean and the variance of each member in turn; what
 * the members say of the noise adds up with how far they disagree.
 */
export const mixtureVote = defineLayer({
  options: object({
    of: documented(
      optional(oneOf('variance', 'logVariance'), 'variance'),
      'What every second input is, and the second output.',
    ),
  }),
  formula: 'μ = mean over members of μₘ; σ² = mean of σₘ² + mean of (μₘ − μ)²',
  source: 'Lakshminarayanan et al. 2017, section 2.4',
  examples: [{ inputs: [[2], [2], [2], [2]] }, { options: { of: 'logVariance' }, inputs: [[1], [1], [1], [1]] }],
  create: ({ of }) => ({
    build(inputs) {
      checkAlike('mixtureVote', inputs);
      if (inputs.length % 2 !== 0)
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `mixtureVote: takes a mean and a ${of} of each member, not ${inputs.length} inputs.`,
        );
      return (outputs) => {
        const means = outputs.filter((_, i) => i % 2 === 0);
        const spreads = outputs.filter((_, i) => i % 2 === 1);
        const noise = meanOf(of === 'variance' ? spreads : spreads.map((spread): Tensor => spread.exp()));
        const mean = meanOf(means);
        const variance = noise.add(meanOf(means.map((own): Tensor => own.sub(mean).square())));
        return severalOf([mean, of === 'variance' ? variance : variance.log()]);
      };
    },
  }),
});

function meanOf(tensors: readonly Tensor[]): Tensor {
  return tensors.reduce((sum, tensor) => sum.add(tensor)).div(tensors.length);
}
