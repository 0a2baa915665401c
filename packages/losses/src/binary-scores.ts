import { softplus, type Tensor } from '@adjoint/core';
import { documented, oneOf, optional } from '@adjoint/core/options';
import { logarithm } from './logarithms.js';

/** What outputs are that stand for one probability each. */
export const binaryScale = documented(
  optional(oneOf('logits', 'probabilities'), 'logits'),
  'What the outputs are: logits, or their sigmoid.',
);
export type BinaryScale = 'logits' | 'probabilities';

/** −ln p and −ln(1 − p). */
export function surprises(output: Tensor, scale: BinaryScale): { readonly yes: Tensor; readonly no: Tensor } {
  if (scale === 'logits') return { yes: softplus(output.neg()), no: softplus(output) };
  return { yes: logarithm(output).neg(), no: logarithm(complement(output)).neg() };
}

/** p and 1 − p. */
export function shares(output: Tensor, scale: BinaryScale): { readonly yes: Tensor; readonly no: Tensor } {
  if (scale === 'logits') return { yes: output.sigmoid(), no: output.neg().sigmoid() };
  return { yes: output, no: complement(output) };
}

/** 1 − x. */
export function complement(x: Tensor): Tensor {
  return x.neg().add(1);
}
