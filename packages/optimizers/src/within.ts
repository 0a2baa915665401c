import type { BuildContext } from '@adjoint/core';

/** A context for an optimizer in another one: what it asks the host for has a name of its own. */
export function within<C extends BuildContext>(place: string, context: C): C {
  return {
    ...context,
    random: (inner = '') => context.random(`${place}/${inner}`),
    input: (name, type, compute) => context.input(`${place}/${name}`, type, compute),
    scalar: (name, compute) => context.scalar(`${place}/${name}`, compute),
  };
}
