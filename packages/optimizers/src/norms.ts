import { div, literal, scaledNorm, where, type Tensor } from '@adjoint/core';
import {
  anyOf,
  documented,
  oneOf,
  optional,
  positive,
  refine,
  type DefaultedSchema,
  type Schema,
} from '@adjoint/core/options';

/** ‖x‖₂, a scalar. */
export function lengthOf(x: Tensor): Tensor {
  return x.square().sum().sqrt();
}

/** ‖x‖₂ of several tensors as one vector; 0 of none. */
export function jointLength(tensors: readonly Tensor[]): Tensor {
  return total(tensors.map((tensor) => tensor.square().sum())).sqrt();
}

/** The sum of scalars; 0 of none. */
export function total([first, ...others]: readonly Tensor[]): Tensor {
  return first ? others.reduce((sum, part) => sum.add(part), first) : literal(0);
}

/** ‖w‖/‖step‖, by which a step has a length that is measured by the weight's; 1 where either has none. */
export function trustRatio(w: Tensor, step: Tensor): Tensor {
  const [size, length] = [lengthOf(w), lengthOf(step)];
  const isZero = size.mul(length).equal(0);
  return where(isZero, 1, size.div(where(isZero, 1, length)));
}

/** The order p of a norm. */
export type NormOrder = number | 'infinity';

export const normOrder: DefaultedSchema<Schema<NormOrder>> = documented(
  optional(
    anyOf(
      refine(positive, (p) => p >= 1, 'at least 1'),
      oneOf('infinity'),
    ),
    2,
  ),
  "Order p of the norm; 'infinity' is the largest size.",
);

/** ‖x‖ₚ of several tensors as one vector. */
export function normOf(tensors: readonly Tensor[], p: NormOrder): Tensor {
  if (p === 2) return jointLength(tensors);
  const sizes = tensors.map((tensor) => tensor.abs());
  const [first, ...others] = sizes;
  if (!first) return literal(0);
  if (p === 'infinity') return others.reduce((most, size) => most.maximum(size.max()), first.max());
  const sum = total(sizes.map((size) => (p === 1 ? size : size.pow(p)).sum()));
  return p === 1 ? sum : sum.pow(1 / p);
}

/**
 * numerator/(‖x‖ₚ + ε) of several tensors as one vector, by which they are scaled to a length. Of the Euclidean norm also
 * where squares overflow or vanish.
 */
export function scaleTo(
  numerator: number,
  tensors: readonly Tensor[],
  { epsilon, p = 2 }: { readonly epsilon: number; readonly p?: NormOrder },
): Tensor {
  const [first, ...others] = tensors;
  if (p !== 2 || !first) return normOf(tensors, p).add(epsilon).reciprocal().mul(numerator);
  const { scale, length } = scaledNorm([first, ...others]);
  return div(div(numerator, scale), length.add(div(epsilon, scale)));
}
