import { defineLayer } from '@adjoint/core';
import { object } from '@adjoint/core/options';
import { checkAlike } from './alike.js';

/** The sum of what members of SAMME.R say for each class, divided by K − 1 and the number of members, as logits. */
export const boostedVote = defineLayer({
  options: object({}),
  formula: 'z_k = mean over inputs of (log pₘ[k] − mean over classes of log pₘ), p = softmax',
  source: 'Zhu et al. 2009, algorithm 4',
  examples: [{ inputs: [[3], [3]] }],
  create: () => ({
    build(inputs) {
      checkAlike('boostedVote', inputs);
      return (outputs) =>
        outputs
          .map((output) => {
            const logs = output.logSoftmax(1);
            return logs.sub(logs.mean(1, true));
          })
          .reduce((sum, part) => sum.add(part))
          .div(outputs.length);
    },
  }),
});
