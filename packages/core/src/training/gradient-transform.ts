import type { Tensor } from '../graph/tensor.js';
import type { ParameterValue, Slots, StepContext } from './optimizer.js';
import { definer } from '../registry/definition.js';

/** Changes the gradients of all parameters together, before the optimizer sees them (clipping, noise). */
export interface GradientTransform {
  /** Tensors to keep from step to step; none if not given. */
  init?(parameters: readonly ParameterValue[]): Slots;
  update(
    gradients: readonly Tensor[],
    context: StepContext & { readonly parameters: readonly ParameterValue[]; readonly slots: Slots },
  ): { readonly gradients: readonly Tensor[]; readonly slots?: Slots };
}

/** Names of the kind `gradientTransform` with their options; the package that defines a name adds it by declaration merging. */
export interface GradientTransforms {}

declare module '../registry/kinds.js' {
  interface Kinds {
    gradientTransform: { catalogue: GradientTransforms; instance: GradientTransform };
  }
}

export const defineGradientTransform = definer('gradientTransform');
