import { AdjointError, defineLayer, formatShape, logSumExp, ofScale, scaleOf, stack } from '@adjoint/core';
import { object } from '@adjoint/core/options';

/**
 * The mean of the class probabilities that several logits [batch, classes, …places] stand for. Its logarithm is returned, since
 * losses and metrics take logits, and softmax(log p) = p.
 */
export const softVote = defineLayer({
  options: object({}),
  formula: 'z = log(mean over inputs of softmax(zₘ))',
  source: 'Lakshminarayanan et al. 2017, section 2.4',
  examples: [{ inputs: [[3], [3]] }],
  create: () => ({
    build([{ shape }]) {
      if ((shape[0] ?? 1) < 2)
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `softVote: takes one logit for each of two classes or more, not ${formatShape(shape)}; numbers of a regression and single probabilities have no vote.`,
        );
      return (outputs) => {
        if (outputs.some((output) => scaleOf(output) === 'probabilities'))
          throw new AdjointError(
            'OPTIONS_INVALID',
            'softVote: takes logits, but a member gives probabilities: it ends in a sigmoid or softmax. Leave that layer out.',
          );
        const vote = logSumExp(stack(outputs.map((output) => output.logSoftmax(1))), 0);
        return ofScale(vote.sub(Math.log(outputs.length)), 'logProbabilities');
      };
    },
  }),
});
