import { AdjointError, defineLayer, formatShape, logSumExp, ofScale, scaleOf, stack } from '@adjoint/core';
import { object } from '@adjoint/core/options';
import { checkAlike } from './alike.js';
import { alongMembers, shares, weightsOption } from './weights.js';

/**
 * The mean of the class probabilities that several logits [batch, classes, …places] stand for. Its logarithm is returned, since
 * losses and metrics take logits, and softmax(log p) = p.
 */
export const softVote = defineLayer({
  options: object({ weights: weightsOption }),
  formula: 'z = log(Σ over inputs of wₘ·softmax(zₘ)), Σ wₘ = 1',
  source: 'Lakshminarayanan et al. 2017, section 2.4',
  examples: [{ inputs: [[3], [3]] }, { options: { weights: [1, 3] }, inputs: [[3], [3]] }],
  create: ({ weights }) => ({
    build(inputs) {
      checkAlike('softVote', inputs);
      const [{ shape }] = inputs;
      if ((shape[0] ?? 1) < 2)
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `softVote: takes one logit for each of two classes or more, not ${formatShape(shape)}; numbers of a regression and single probabilities have no vote.`,
        );
      const own = shares('softVote', weights, inputs.length);
      return (outputs) => {
        if (outputs.some((output) => scaleOf(output) === 'probabilities'))
          throw new AdjointError(
            'OPTIONS_INVALID',
            'softVote: takes logits, but a member gives probabilities: it ends in a sigmoid or softmax. Leave that layer out.',
          );
        const votes = stack(outputs.map((output) => output.logSoftmax(1)));
        const vote = weights
          ? logSumExp(votes.add(alongMembers(own.map(Math.log), outputs)), 0)
          : logSumExp(votes, 0).sub(Math.log(outputs.length));
        return ofScale(vote, 'logProbabilities');
      };
    },
  }),
});
