import { AdjointError, formatShape, sameShape, type Shape } from '@adjoint/core';

/**
 * Refuses members that do not say the same things; broadcasting would hide that.
 * @param outputs of the members, without the batch
 * @throws AdjointError `SHAPE_MISMATCH`
 */
export function checkAlike(who: string, outputs: readonly { readonly shape: Shape }[]): void {
  const [first] = outputs;
  const odd = outputs.findIndex(({ shape }) => !sameShape(shape, first!.shape));
  if (odd < 0) return;
  throw new AdjointError(
    'SHAPE_MISMATCH',
    `${who}: the members disagree in shape: the outputs are ${formatShape(first!.shape)}, but those of member ${odd + 1} are ${formatShape(outputs[odd]!.shape)}; give members with outputs of one shape.`,
  );
}
