import { AdjointError, defineLoss, formatShape, gather } from '@adjoint/core';
import { object } from '@adjoint/core/options';

/** Cross-entropy of logits [batch, classes] with class numbers (int32 [batch]) or probabilities [batch, classes]. */
export const crossEntropy = defineLoss({
  options: object({}),
  formula: 'L = −mean over the batch of Σ_k t_k·ln softmax(z)_k',
  create: () => (output, targets) => {
    if (output.rank !== 2)
      throw new AdjointError(
        'SHAPE_MISMATCH',
        `crossEntropy: takes logits [batch, classes], not ${formatShape(output.shape)}; end the model with a dense layer of one unit per class.`,
      );
    const logarithms = output.logSoftmax(-1);
    const [batch] = output.shape as [number, number];
    if (targets.dtype === 'int32') {
      if (targets.rank !== 1)
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `crossEntropy: class numbers have the shape [batch], not ${formatShape(targets.shape)}.`,
        );
      return gather(logarithms, targets.reshape([batch, 1]), 1, 1)
        .mean()
        .neg();
    }
    return logarithms
      .mul(targets)
      .sum()
      .mul(-1 / batch);
  },
});
