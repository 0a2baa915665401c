import { AdjointError, defineLayer, formatShape, oneHot, type DType, type Tensor } from '@adjoint/core';
import { object } from '@adjoint/core/options';
import { checkAlike } from './alike.js';
import { shares, weightsOption } from './weights.js';

/** Smallest share whose logarithm is taken: a class without a vote has a finite loss. */
const leastShare = 1e-7;

/**
 * The share of the members that choose each class, by their largest of logits [batch, classes]. Its logarithm is returned, as
 * losses and metrics take it; a tie goes to the lowest class.
 */
export const hardVote = defineLayer({
  options: object({ weights: weightsOption }),
  formula: 'z_k = log(Σ over inputs of wₘ·[argmax zₘ = k]), Σ wₘ = 1',
  source: 'Breiman 1996, section 4.1',
  // What is chosen has no slope.
  examples: [
    { inputs: [[3], [3], [3]], except: ['gradient'] },
    { options: { weights: [1, 2] }, inputs: [[3], [3]], except: ['gradient'] },
  ],
  create: ({ weights }) => ({
    build(inputs) {
      checkAlike('hardVote', inputs);
      const [{ shape }] = inputs;
      const [classes = 1] = shape;
      if (shape.length !== 1 || classes < 2)
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `hardVote: takes one logit for each of two classes or more, not ${formatShape(shape)}; numbers of a regression are averaged instead.`,
        );
      const own = shares('hardVote', weights, inputs.length);
      return (outputs) => {
        const votes = outputs.map((output, i): Tensor => oneHot(output.argMax(1), classes, output.dtype).mul(own[i]!));
        return votes
          .reduce((sum, vote) => sum.add(vote))
          .maximum(leastShare)
          .log();
      };
    },
  }),
});

/** The weight of the members that choose each class: choices int32 [batch] of each → [batch, classes]. */
export function countVotes(
  choices: readonly Tensor[],
  classes: number,
  weights: readonly number[],
  dtype: DType,
): Tensor {
  return choices
    .map((choice, i) => oneHot(choice, classes, dtype).mul(weights[i]!))
    .reduce((sum, vote) => sum.add(vote));
}
