import { stepRuleOf, type App, type Choice, type HostTensor, type Slots, type Tensor } from '@adjoint/core';

export interface Descent {
  readonly optimizer: Choice<'optimizer'>;
  readonly start: HostTensor;
  readonly steps: number;
  /** The gradient at `w` in a step, which counts from 0. */
  gradient(w: Tensor, step: number): Tensor;
}

export interface Position {
  readonly w: HostTensor;
  readonly slots: Readonly<Record<string, HostTensor>>;
}

/** Takes one parameter `w` through some steps of an optimizer, each with the values that the last one gave. */
export async function descend(app: App, { optimizer: choice, start, steps, gradient }: Descent): Promise<Position[]> {
  const optimizer = app.registry.create('optimizer', choice);
  const rule = stepRuleOf(optimizer);
  const scalar = (value: number): Tensor => app.tensor(Float64Array.of(value), []);
  const parameterOf = (w: HostTensor) => ({ name: 'w', role: 'kernel', value: app.tensor(w) });
  const positions: Position[] = [];
  let w = start;
  let slots: Slots = rule.init([parameterOf(start)]);
  for (let step = 0; step < steps; step++) {
    const parameter = parameterOf(w);
    const next = rule.step({
      parameters: [parameter],
      slots,
      learningRate: scalar(optimizer.learningRate!),
      scalar: (_, compute) => scalar(compute(step + 1)),
      lossAndGradients: ([value] = [parameter.value]) => [gradient(value!, step)],
      random: unneeded,
      stepInput: unneeded,
    });
    const names = Object.keys(next.slots);
    const [value, ...values] = await app.engine.evaluate([next.values[0]!, ...Object.values(next.slots)]);
    w = value!;
    positions.push({ w, slots: Object.fromEntries(names.map((name, i) => [name, values[i]!])) });
    slots = Object.fromEntries(names.map((name, i) => [name, app.tensor(values[i]!)]));
  }
  return positions;
}

function unneeded(): never {
  throw new Error('These optimizers ask the host for nothing but scalars.');
}
