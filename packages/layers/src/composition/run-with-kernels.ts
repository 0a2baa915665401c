import type { BuiltLayer, ForwardContext, Parameter, Several, State, Tensor } from '@adjoint/core';

export function isKernel(of: Parameter | State): of is Parameter {
  return of.role === 'kernel';
}

/** Runs a layer with other values of its kernels; each is computed once in a run. */
export function runWithKernels(
  inner: BuiltLayer,
  tensors: Several<Tensor>,
  context: ForwardContext,
  replace: (of: Parameter, value: Tensor) => Tensor,
): Several<Tensor> {
  const replaced = new Map<unknown, Tensor>();
  const valueOf = (of: Parameter): Tensor => {
    const known = replaced.get(of) ?? replace(of, context.value(of));
    replaced.set(of, known);
    return known;
  };
  return inner.run(tensors, {
    ...context,
    value: (of) => (typeof of === 'object' && 'role' in of && isKernel(of) ? valueOf(of) : context.value(of)),
  });
}
