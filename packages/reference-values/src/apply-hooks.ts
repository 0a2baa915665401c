import type { App, Choice, HookContext, Hooks, PenaltyBatch, Tensor } from '@adjoint/core';
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
    hiddenLayers: [],
  };
}

/** A penalty of a batch of which only what it looks at is given; the rest is 0. */
export function penaltyOf(
  app: App,
  choice: Choice<'regularizer'>,
  given: Partial<PenaltyBatch>,
  context = hookContext(1, 'float64'),
): Tensor {
  const unused = given.inputs?.[0] ?? given.parameters?.[0]?.value ?? app.tensor(Float64Array.of(0));
  const batch: PenaltyBatch = {
    inputs: [unused],
    targets: [unused],
    outputs: [unused],
    output: unused,
    target: unused,
    parameters: [],
    forward: (inputs) => inputs,
    loss: unused,
    lossOn: ([x]) => x,
    ...given,
  };
  const { penalty } = hooksOf(app, choice);
  if (!penalty) throw new Error('This regularizer has no penalty.');
  return penalty(batch, context);
}
