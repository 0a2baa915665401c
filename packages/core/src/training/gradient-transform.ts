import type { NotInferred } from '../graph/not-inferred.js';
import type { Tensor } from '../graph/tensor.js';
import type { ParameterValue, SlotTree, StepContext } from './optimizer.js';
import { definer } from '../registry/definition.js';
import { membersOf } from '../registry/instance-check.js';

/** Changes the gradients of all parameters together, before the optimizer sees them (clipping, noise). */
export interface GradientTransform<S extends SlotTree = SlotTree> {
  /** Tensors to keep from step to step; none if not given. */
  init?(parameters: readonly ParameterValue[]): S;
  update(
    gradients: readonly Tensor[],
    context: StepContext & { readonly parameters: readonly ParameterValue[]; readonly slots: NotInferred<S> },
  ): {
    readonly gradients: readonly Tensor[];
    readonly slots?: NotInferred<S>;
    /** A scalar that was measured on the way, or several by name: `step:end` and `epoch:end` tell it among the metrics. */
    readonly figures?: Tensor | Readonly<Record<string, Tensor>>;
  };
}

/** A transform whose slots are known by name. */
export function gradientTransform<S extends SlotTree>(transform: GradientTransform<S>): GradientTransform {
  return transform as unknown as GradientTransform;
}

/** Names of the kind `gradientTransform` with their options; the package that defines a name adds it by declaration merging. */
export interface GradientTransforms {}

declare module '../registry/kinds.js' {
  interface Kinds {
    gradientTransform: { catalogue: GradientTransforms; instance: GradientTransform };
  }
}

export const defineGradientTransform = definer(
  'gradientTransform',
  membersOf<GradientTransform>({ init: 'optional method', update: 'method' }),
);
