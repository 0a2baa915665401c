import { scaleOf, type HostTensor, type Scale, type Tensor } from '@adjoint/core';
import { documented, oneOf, optional } from '@adjoint/core/options';

/** What outputs are, where a threshold or a sum depends on it. */
export const outputScale = documented(
  optional(oneOf('logits', 'logProbabilities', 'probabilities')),
  "What the outputs are; if not given, what the model's end shows: probabilities after a sigmoid or softmax, else logits.",
);

/** The class with the greatest output, int32 [batch, …places]; of a single output, whether class 1 is the likelier one. */
export function predictedClasses(output: Tensor, scale: Scale | undefined): Tensor {
  if (classesOf(output) > 1) return output.argMax(1);
  const limits = { logits: 0, logProbabilities: Math.log(0.5), probabilities: 0.5 };
  return withoutClasses(output)
    .greater(limits[scale ?? scaleOf(output) ?? 'logits'])
    .cast('int32');
}

/** Class numbers of targets in the form of classes: as they are, or the most probable one. */
export function targetClasses(targets: Tensor): Tensor {
  return targets.dtype === 'int32' ? targets : targets.argMax(1);
}

/** How many outputs there are for a place of an example: [batch, classes, …places]. */
export function classesOf({ shape: [, classes = 1] }: Tensor): number {
  return classes;
}

/** [batch, 1, …places] → [batch, …places]. */
function withoutClasses(output: Tensor): Tensor {
  return output.reshape(output.shape.toSpliced(1, 1));
}

/** Weights of examples for each of their places. */
export function placeWeights(weights: Tensor | undefined, { shape }: Tensor): Tensor | undefined {
  return weights?.reshape([...weights.shape, ...shape.slice(1).map(() => 1)]).broadcastTo(shape);
}

/** The quotient of two scalars. */
export function ratio({ data: [sum = 0] }: HostTensor, { data: [count = 0] }: HostTensor): number {
  return sum / count;
}
