import { createApp, gradients, hostTensor, slice, stepRuleOf, type Choice, type Tensor } from '@adjoint/core';
import { constant } from '@adjoint/core/primitives';
import { descend, type Descent, type Position } from '@adjoint/reference-values';
import { optimizers } from '../src/index.js';

/** Takes one parameter through some steps of an optimizer on the reference backend, in float64. */
export async function pathOf(
  optimizer: Choice<'optimizer'>,
  { start, shape = [start.length], ...rest }: Along,
): Promise<Position[]> {
  const app = createApp({ plugins: [optimizers], backend: 'reference' });
  return descend(app.engine, {
    ...rest,
    optimizer: app.registry.create('optimizer', optimizer),
    start: hostTensor(Float64Array.from(start), shape, 'float64'),
  });
}

export interface Along extends Omit<Descent, 'optimizer' | 'start'> {
  readonly start: readonly number[];
  readonly shape?: readonly number[];
}

/** Gradients that change their signs and sizes from step to step; each is a tensor of the app of `w`. */
export function wave(w: Tensor, step: number): Tensor {
  return fixed(waveOf(step, w.size), w.shape);
}

/** Given numbers in float64. */
export function fixed(values: readonly number[], shape: readonly number[]): Tensor {
  return constant(hostTensor(Float64Array.from(values), shape, 'float64'));
}

/** The same as numbers. */
export function waveOf(step: number, size: number): number[] {
  return Array.from({ length: size }, (_, i) => Math.sin(1.3 * step + 0.7 * i) + 0.2);
}

/** (1 − x)² + 10(y − x²)² */
export function rosenbrock(w: Tensor): Tensor {
  const [x, y] = [slice(w, [0], [1]), slice(w, [1], [2])];
  return x.sub(1).square().add(y.sub(x.square()).square().mul(10)).sum();
}

export function slopeOf(loss: (w: Tensor) => Tensor): (w: Tensor) => Tensor {
  return (w) => gradients(loss(w), [w])[0]!;
}

export function valuesOf(tensor: Tensor): number[] {
  return [...tensor.value!.data];
}

/** What an optimizer evaluates where a step has led. */
export function evaluationOf(choice: Choice<'optimizer'>): (position: Position) => Promise<number[]> {
  const app = createApp({ plugins: [optimizers], backend: 'reference' });
  const rule = stepRuleOf(app.registry.create('optimizer', choice));
  return async ({ w, slots }) => {
    const [value] = rule.evaluation!(slots, [{ name: 'w', role: 'kernel', value: w }]);
    return [...(await value!.read()).data];
  };
}
