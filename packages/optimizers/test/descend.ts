import {
  stepRuleOf,
  Tensor,
  type App,
  type Choice,
  type HostTensor,
  type ParameterValue,
  type SlotTree,
} from '@adjoint/core';
import { contextAt } from '@adjoint/core/testing';

export interface Descent {
  readonly optimizer: Choice<'optimizer'>;
  readonly start: HostTensor;
  readonly steps: number;
  /** The gradient at `w` in a step, which counts from 0. */
  gradient(w: Tensor, step: number): Tensor;
}

export interface Position {
  readonly w: Tensor;
  readonly slots: SlotTree;
}

/** Takes one parameter `w` through some steps of an optimizer, each with the values that the last one gave. */
export async function descend(app: App, { optimizer: choice, start, steps, gradient }: Descent): Promise<Position[]> {
  const optimizer = app.registry.create('optimizer', choice);
  const rule = stepRuleOf(optimizer);
  const parameterOf = (value: Tensor): ParameterValue => ({ name: 'w', role: 'kernel', value });
  const positions: Position[] = [];
  let w = app.tensor(start);
  let slots = rule.init([parameterOf(w)]);
  for (let step = 0; step < steps; step++) {
    const context = contextAt(step, 'float64');
    const next = rule.step({
      ...context,
      parameters: [parameterOf(w)],
      slots,
      learningRate: context.value(optimizer.learningRate ?? 1),
      // None of these optimizers looks at the loss.
      lossAndGradients: ([value = w] = []) => ({ loss: app.tensor(NaN), gradients: [gradient(value, step)] }),
    });
    w = next.values[0]!;
    ({ slots } = next);
    await app.engine.evaluate([w, ...leavesOf(slots)]);
    positions.push({ w, slots });
  }
  return positions;
}

/** A slot of the parameter. */
export function slotOf({ slots: { w: own } }: Position, name: string): Tensor {
  const slot = own instanceof Tensor ? undefined : own?.[name];
  if (slot instanceof Tensor) return slot;
  throw new Error(`The optimizer keeps no ${name} of w.`);
}

function leavesOf(tree: SlotTree): Tensor[] {
  return Object.values(tree).flatMap((part) => (part instanceof Tensor ? [part] : leavesOf(part)));
}
