import { AdjointError, distributionOf, formTarget, type HookContext, type Tensor } from '@adjoint/core';

/** A target as probabilities in the shape of its output, and how many cases share a probability of 1. */
export interface Probabilities {
  readonly target: Tensor;
  readonly cases: number;
}

/**
 * A target of a classifier as probabilities: class numbers become 1 for their class.
 * @throws AdjointError `OPTIONS_INVALID` where the loss takes the target for numbers, as in a regression
 */
export function probabilitiesOf(who: string, target: Tensor, place: number, context: HookContext): Probabilities {
  const { targets: form, ignoredClass, output } = context.targets[place] ?? { output: context.outputs[0] };
  if (form === 'numbers')
    throw new AdjointError(
      'OPTIONS_INVALID',
      `${who}: the loss takes the targets for numbers, as in a regression, and not for classes; leave ${who} out, or choose a loss of classes.`,
    );
  if (ignoredClass !== undefined)
    throw new AdjointError(
      'OPTIONS_INVALID',
      `${who}: the loss ignores the class ${ignoredClass}, of which there is no probability; leave one of the two out.`,
    );
  const offset = target.rank - output.shape.length;
  const shape = output.shape.map((extent, axis) => extent ?? target.shape[axis + offset] ?? 1);
  const [classes = 1] = shape;
  const isBinary = form === 'probabilities' || classes === 1;
  const type = { shape: [target.shape[0] ?? 0, ...shape], dtype: output.dtype };
  const formed = formTarget(who, isBinary ? 'probabilities' : 'classes', target, type);
  return {
    target: formed.dtype === 'int32' ? distributionOf(formed, classes, output.dtype) : formed,
    cases: isBinary ? 2 : classes,
  };
}
