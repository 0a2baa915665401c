import { where, type Scale, type Tensor } from '@adjoint/core';
import { documented, oneOf, optional } from '@adjoint/core/options';

/** The least probability that a logarithm is taken of, a normal float32: −ln p is at most 87.3. */
const least = 2 ** -126;

/** What outputs of class scores are. */
export const classScale = documented(
  optional(oneOf('logits', 'logProbabilities', 'probabilities'), 'logits'),
  'What the outputs are: logits, their logSoftmax, or their softmax.',
);

/** ln p of the classes along axis 1, of outputs on any scale. */
export function logProbabilitiesOf(output: Tensor, scale: Scale): Tensor {
  if (scale === 'probabilities') return logarithm(output);
  return scale === 'logits' ? output.logSoftmax(1) : output;
}

/** ln p, at least −87.3. */
export function logarithm(probabilities: Tensor): Tensor {
  return probabilities.maximum(least).log();
}

/** t·l, which is 0 where t is 0, however far l is off. */
export function weighed(t: Tensor, l: Tensor): Tensor {
  return where(t.equal(0), 0, l).mul(t);
}
