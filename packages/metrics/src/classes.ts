import type { HostTensor, Tensor } from '@adjoint/core';

/** The class with the greatest output, int32 [batch]; for a single output, whether it is positive. */
export function predictedClasses(output: Tensor): Tensor {
  return output.shape.at(-1) === 1 ? oneForEach(output).greater(0).cast('int32') : output.argMax(-1);
}

/** Class numbers of targets: as they are, or the most probable one. */
export function targetClasses(targets: Tensor): Tensor {
  if (targets.dtype === 'int32') return oneForEach(targets);
  const [, classes = 1] = targets.shape;
  return classes > 1 ? targets.argMax(-1) : oneForEach(targets).greater(0.5).cast('int32');
}

/** One number for each example: [batch, 1] or [batch] → [batch]. */
function oneForEach(x: Tensor): Tensor {
  return x.reshape(x.shape.slice(0, 1));
}

/** The quotient of two scalars. */
export function ratio({ data: [sum = 0] }: HostTensor, { data: [count = 0] }: HostTensor): number {
  return sum / count;
}
