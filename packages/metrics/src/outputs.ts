import { scaleOf, stack, zerosLike, type Scale, type Tensor } from '@adjoint/core';
import { documented, integer, oneOf, optional } from '@adjoint/core/options';

// What metrics read from outputs [batch, classes, …places], of which a single one stands for class 1 of two.

/** What outputs are, where a threshold or a sum depends on it. */
export const outputScale = documented(
  optional(oneOf('logits', 'logProbabilities', 'probabilities')),
  "What the outputs are; if not given, what the model's end shows: probabilities after a sigmoid or softmax, else logits.",
);

export const ignoredClass = documented(
  optional(integer),
  'Class number of what does not count, such as padding; none if not given.',
);

/** How many outputs there are for a place of an example. */
export function outputCount({ shape: [, count = 1] }: Tensor): number {
  return count;
}

/** How many classes there are, int32 class numbers of which are 0 … classes − 1. */
export function classCount(output: Tensor): number {
  return Math.max(2, outputCount(output));
}

/** The class with the greatest output, int32 [batch, …places]. */
export function predictedClasses(output: Tensor, scale: Scale | undefined): Tensor {
  return outputCount(output) > 1
    ? output.argMax(1)
    : isLikely(single(output), scale ?? shownScale(output)).cast('int32');
}

/** Whether outputs are probabilities above a half, each for itself. */
export function isLikely(output: Tensor, scale: Scale = shownScale(output)): Tensor {
  return output.greater({ logits: 0, logProbabilities: Math.log(0.5), probabilities: 0.5 }[scale]);
}

/** Class numbers of targets in the form of classes: as they are, or the most probable one; int32 [batch, …places]. */
export function targetClasses(target: Tensor): Tensor {
  return target.dtype === 'int32' ? target : target.argMax(1);
}

/** Probabilities of all classes, [batch, classes, …places]. */
export function probabilitiesOf(output: Tensor, scale: Scale = shownScale(output)): Tensor {
  if (outputCount(output) > 1)
    return scale === 'probabilities' ? output : scale === 'logits' ? output.softmax(1) : output.exp();
  const yes = single(output);
  const p = scale === 'probabilities' ? yes : scale === 'logits' ? yes.sigmoid() : yes.exp();
  return stack([p.neg().add(1), p], 1);
}

/** ln p of all classes, at least ln 2⁻¹²⁶: [batch, classes, …places]. */
export function logProbabilitiesOf(output: Tensor, scale: Scale = shownScale(output)): Tensor {
  if (scale === 'logits' && outputCount(output) === 1) {
    const z = single(output);
    return stack([zerosLike(z), z], 1).logSoftmax(1);
  }
  if (outputCount(output) > 1 && scale !== 'probabilities') return scale === 'logits' ? output.logSoftmax(1) : output;
  return probabilitiesOf(output, scale)
    .maximum(2 ** -126)
    .log();
}

function shownScale(output: Tensor): Scale {
  return scaleOf(output) ?? 'logits';
}

/** [batch, 1, …places] → [batch, …places]. */
function single(output: Tensor): Tensor {
  return output.reshape(output.shape.toSpliced(1, 1));
}
