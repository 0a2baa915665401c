import {
  gradients,
  hostTensor,
  stepRuleOf,
  Tensor,
  type BuildContext,
  type Engine,
  type HostRule,
  type HostTensor,
  type LossAndGradients,
  type Optimizer,
  type ParameterValue,
  type RandomSource,
  type SlotTree,
  type Varying,
} from '@adjoint/core';
import { hostStepAt } from '@adjoint/core/testing';

export interface Descent {
  readonly optimizer: Optimizer;
  /** Of the one parameter, `w`; its dtype is that of all. */
  readonly start: HostTensor;
  readonly steps: number;
  /** What is minimised … */
  readonly loss?: (w: Tensor) => Tensor;
  /** … or the gradient at `w` in a step, which counts from 0. */
  readonly gradient?: (w: Tensor, step: number) => Tensor;
}

/** Where a step has led. */
export interface Position {
  readonly w: Tensor;
  /** Empty for an optimizer that the host drives. */
  readonly slots: SlotTree;
}

/** Takes one parameter `w` through some steps of an optimizer, each with the values that the last one gave. */
export async function descend(engine: Engine, descent: Descent): Promise<Position[]> {
  const { optimizer, start, steps } = descent;
  if (optimizer.kind === 'host') return drive(engine, optimizer, descent);
  const rule = stepRuleOf(optimizer);
  const positions: Position[] = [];
  let w = engine.tensor(start);
  let slots = rule.init([parameterOf(w)]);
  for (let step = 0; step < steps; step++) {
    const context = contextOn(engine, step, floatOf(start));
    const next = rule.step({
      ...context,
      parameters: [parameterOf(w)],
      slots,
      learningRate: context.value(optimizer.learningRate ?? 1),
      lossAndGradients: ([value = w] = []) => slope(engine, descent, value, step),
    });
    w = next.values[0]!;
    ({ slots } = next);
    await engine.evaluate([w, ...leavesOf(slots)]);
    positions.push({ w, slots });
  }
  return positions;
}

async function drive(engine: Engine, rule: HostRule & Optimizer, descent: Descent): Promise<Position[]> {
  const state = new Map<string, HostTensor>();
  const positions: Position[] = [];
  let values: readonly HostTensor[] = [descent.start];
  for (let step = 0; step < descent.steps; step++) {
    const at = hostStepAt(step);
    values = await rule.step({
      ...at,
      learningRate: at.value(rule.learningRate ?? 1),
      values,
      state,
      async lossAndGradients([value]) {
        const { loss, gradients: all } = slope(engine, descent, engine.tensor(value!), step);
        const [{ data }, ...own] = (await engine.evaluate([loss, ...all])) as [HostTensor, ...HostTensor[]];
        return { loss: data[0]!, gradients: own };
      },
    });
    positions.push({ w: engine.tensor(values[0]!), slots: {} });
  }
  return positions;
}

function slope(engine: Engine, { loss, gradient }: Descent, w: Tensor, step: number): LossAndGradients {
  if (gradient) return { loss: engine.tensor(NaN), gradients: [gradient(w, step)] };
  if (!loss) throw new Error('A descent has a loss or a gradient.');
  const value = loss(w);
  return { loss: value, gradients: gradients(value, [w]) };
}

function parameterOf(value: Tensor): ParameterValue {
  return { name: 'w', role: 'kernel', value };
}

/** What a plugin may ask for at a step of a run of 100; its numbers are leaves, so that all steps are one program. */
export function contextOn(engine: Engine, step: number, dtype: 'float32' | 'float64'): BuildContext {
  const scalar = (value: number): Tensor => engine.tensor(hostTensor(Float64Array.of(value), [], dtype));
  const randomAt = (name: string): RandomSource => hostStepAt(step).random.child(name);
  const at = hostStepAt(step);
  return {
    training: true,
    random: (place = '') => engine.tensor(Int32Array.of(...randomAt(place).state.key, step)),
    input: (_, { shape, dtype: type }, compute) => engine.tensor(hostTensor(compute(at), shape, type)),
    scalar: (_, compute) => scalar(compute(at)),
    value: (option: Varying) => scalar(at.value(option)),
  };
}

function floatOf({ dtype }: HostTensor): 'float32' | 'float64' {
  return dtype === 'float32' ? 'float32' : 'float64';
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
