import type { App, Choice, HookContext, Hooks, Tensor } from '@adjoint/core';
import { contextAt } from '@adjoint/core/testing';

/** The hooks of a regularizer that keeps no states. */
export function hooksOf(app: App, choice: Choice<'regularizer'>): Hooks {
  const regularizer = app.registry.create('regularizer', choice);
  if (typeof regularizer !== 'function') return regularizer;
  throw new Error('This regularizer declares states; test it in a trainer.');
}

/** A step of a classifier with parameters of a dtype; what the host computes for it may be given by name. */
export function hookContext(
  classes: number,
  dtype: 'float32' | 'float64',
  given: Readonly<Record<string, Tensor>> = {},
): HookContext {
  const context = contextAt(0, dtype);
  return {
    ...context,
    input: (name, type, compute) => given[name] ?? context.input(name, type, compute),
    scalar: (name, compute) => given[name] ?? context.scalar(name, compute),
    value(of) {
      if (typeof of === 'object' && 'variable' in of) return of.variable.value;
      return context.value(of);
    },
    update() {},
    outputs: [{ shape: [classes], dtype }],
    targets: [],
  };
}
