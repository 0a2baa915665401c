import { varying, type Tensor, type Varying, type StepContext } from '@adjoint/core';
import { documented, oneOf, optional, rate, refine, type DefaultedSchema, type Schema } from '@adjoint/core/options';

/** A share of what was kept that is kept again: one of 1 would never take in anything new. */
export const decay: Schema<number> = refine(rate, (value) => value < 1, 'below 1');

/** The step size of an optimizer. */
export function learningRate(fallback: number): DefaultedSchema<Schema<Varying>> {
  return documented(optional(varying(rate), fallback), 'Step size η.');
}

/** The step size of an optimizer around another one. */
export function baseRate(fallback: number): DefaultedSchema<Schema<Varying>> {
  return documented(optional(varying(rate), fallback), 'Step size η of the base, whose own is not used.');
}

/** Weight decay in its coupled form, an L2 penalty ½λ‖w‖²: it passes through momenta and scaling. */
export const coupledDecay: DefaultedSchema<Schema<Varying>> = documented(
  optional(varying(rate), 0),
  'Weight decay λ, coupled: λw is added to the gradient.',
);

/** Weight decay in its decoupled form: it acts on the weight alone (Loshchilov & Hutter 2019). */
export function decoupledDecay(fallback: number): DefaultedSchema<Schema<Varying>> {
  return documented(optional(varying(rate), fallback), 'Weight decay λ, decoupled: ηλw is taken from the weight.');
}

/** g + λw. */
export function withDecay(gradient: Tensor, w: Tensor, strength: Varying, { value }: StepContext): Tensor {
  return strength === 0 ? gradient : gradient.add(w.mul(value(strength)));
}

/** Where ε stands in a root by which gradients are divided. */
export type Form = 'pytorch' | 'textbook';

export const form: DefaultedSchema<Schema<Form>> = documented(
  optional(oneOf('pytorch', 'textbook'), 'pytorch'),
  "Where ε stands: beside the root, √v + ε, as in PyTorch and Keras, or within it, √(v + ε), as in 'textbook'.",
);

/** √v + ε, or √(v + ε). */
export function rootOf(square: Tensor, epsilon: number, where: Form): Tensor {
  return where === 'textbook' ? square.add(epsilon).sqrt() : square.sqrt().add(epsilon);
}
