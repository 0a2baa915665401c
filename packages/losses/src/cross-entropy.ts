import {
  AdjointError,
  defineLoss,
  formatShape,
  gather,
  where,
  type HostTensor,
  type Tensor,
  type VaryingType,
} from '@adjoint/core';
import { documented, integer, object, optional } from '@adjoint/core/options';

/**
 * Cross-entropy of logits [batch, classes, …places] with class numbers (int32 [batch, …places]) or probabilities of the
 * logits' shape: one class for an example, or one for each place of a map.
 */
export const crossEntropy = defineLoss({
  options: object({
    ignoreIndex: documented(
      optional(integer),
      'Class number of what does not count, such as padding; none if not given.',
    ),
  }),
  formula: 'L = −mean over examples and places of Σ_k t_k·ln softmax(z)_k',
  create: ({ ignoreIndex }) => ({
    terms({ output, target }) {
      if (output.rank < 2)
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `crossEntropy: takes logits [batch, classes], not ${formatShape(output.shape)}; end the model with a dense layer of one unit per class.`,
        );
      const logarithms = output.logSoftmax(1);
      if (target.dtype !== 'int32') return logarithms.mul(target).sum(1).neg();
      const [batch, , ...places] = output.shape;
      if (formatShape(target.shape) !== formatShape([batch ?? 0, ...places]))
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `crossEntropy: class numbers of logits ${formatShape(output.shape)} have the shape ${formatShape([batch ?? 0, ...places])}, not ${formatShape(target.shape)}.`,
        );
      if (ignoreIndex === undefined) return ofClass(logarithms, target).neg();
      const counts = target.notEqual(ignoreIndex);
      const losses = ofClass(logarithms, where(counts, target, 0)).neg();
      return { losses, weights: counts.cast(losses.dtype) };
    },
    check([target], output) {
      if (target?.dtype === 'int32') checkClasses(target, output, ignoreIndex);
    },
  }),
});

/** The value of each place's class: [batch, classes, …places] and [batch, …places] → [batch, …places]. */
function ofClass(values: Tensor, classes: Tensor): Tensor {
  const axes = values.shape.map((_, axis) => axis);
  const rows = values.transpose([...axes.filter((axis) => axis !== 1), 1]).reshape([classes.size, -1]);
  return gather(rows, classes.reshape([classes.size, 1]), 1, 1).reshape(classes.shape);
}

function checkClasses({ data, shape: all }: HostTensor, { shape }: VaryingType, ignoreIndex: number | undefined): void {
  const classes = shape[0] ?? Infinity;
  const wrong = data.findIndex((label) => (label < 0 || label >= classes) && label !== ignoreIndex);
  if (wrong < 0) return;
  throw new AdjointError(
    'DATA_INVALID',
    `Example ${Math.floor((wrong * (all[0] ?? 1)) / data.length)} of the batch has the class ${data[wrong]}; the model's output ${formatShape(shape)} has the classes 0 … ${classes - 1}.`,
  );
}
