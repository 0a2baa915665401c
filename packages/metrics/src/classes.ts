import type { HostTensor, Tensor } from '@adjoint/core';

/** The class with the greatest output, int32 [batch]; for a single output, whether it is positive. */
export function predictedClasses(output: Tensor): Tensor {
  const last = output.shape.at(-1)!;
  return last === 1 ? output.reshape([output.shape[0]!]).greater(0).cast('int32') : output.argMax(-1);
}

/** Class numbers of targets: as they are, or the most probable one. */
export function targetClasses(targets: Tensor): Tensor {
  if (targets.dtype === 'int32') return targets.reshape([targets.shape[0]!]);
  return targets.rank > 1 && targets.shape.at(-1)! > 1
    ? targets.argMax(-1)
    : targets.reshape([targets.shape[0]!]).greater(0.5).cast('int32');
}

/** The quotient of two scalars. */
export function ratio({ data: [sum = 0] }: HostTensor, { data: [count = 0] }: HostTensor): number {
  return sum / count;
}
