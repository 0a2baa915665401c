import type { HookContext, Regularizer, State, Tensor } from '@adjoint/core';

/**
 * Keeps an average of each parameter, which is what is evaluated: a ← (1 − share)·a + share·w after each update, from
 * a = w at the start.
 */
export function averaging(share: (context: HookContext) => Tensor): Regularizer {
  return (scope, parameters) => {
    const averages = new Map<string, State>(
      parameters.map((parameter) => [
        parameter.name,
        scope.state(parameter.name, parameter.variable.type.shape, parameter),
      ]),
    );
    return {
      average({ name, value: w }, context) {
        const state = averages.get(name)!;
        const own = share(context);
        context.update(state, context.value(state).mul(own.neg().add(1)).add(w.mul(own)));
      },
      evaluation: ({ name }, { value }) => value(averages.get(name)!),
    };
  };
}
