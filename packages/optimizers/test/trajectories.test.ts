import test from 'ava';
import {
  createApp,
  gradients,
  hostTensor,
  matmul,
  slice,
  type App,
  type Choice,
  type HostTensor,
  type Tensor,
} from '@adjoint/core';
import { choiceOf, near, readCases, type Values } from '@adjoint/reference-values';
import { optimizers } from '../src/index.js';
import { descend, slotOf } from './descend.js';

interface OptimizerCase {
  readonly optimizer: 'sgd' | 'momentum' | 'nesterov' | 'adam' | 'sam';
  readonly options: { readonly learningRate: number; readonly momentum?: number };
  readonly steps: number;
}

interface DescentCase extends OptimizerCase {
  readonly loss: 'quadratic' | 'rosenbrock';
}

const fileOf = (name: string): URL => new URL(`../../test/${name}.json`, import.meta.url);

function optimizerOf({ optimizer, options }: OptimizerCase): Choice<'optimizer'> {
  return optimizer === 'nesterov' ? { momentum: { ...options, nesterov: true } } : choiceOf(optimizer, options);
}

/** The slice of a tensor [steps, …] that belongs to one step. */
function atStep({ data, shape: [, ...shape] }: HostTensor, step: number): HostTensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return { data: data.slice(step * size, (step + 1) * size), shape, dtype: 'float64' };
}

for (const { name, attrs, inputs, outputs } of readCases<OptimizerCase>(fileOf('trajectories'))) {
  test(`${name} ${JSON.stringify(attrs)}: given gradients lead along the stated way`, async (t) => {
    const app = createApp({ plugins: [optimizers], backend: 'reference' });
    const positions = await descend(app, {
      optimizer: optimizerOf(attrs),
      start: inputs['parameter']!,
      steps: attrs.steps,
      gradient: (_, step) => app.tensor(atStep(inputs['gradients']!, step)),
    });
    for (const [step, { w }] of positions.entries())
      near(t, await w.read(), atStep(outputs['trajectory']!, step), 1e-9, `step ${step}`);
    await app.close();
  });
}

for (const { name, attrs, inputs, outputs } of readCases<DescentCase>(fileOf('descents'))) {
  test(`${name} ${JSON.stringify(attrs)}: the stated way down a function`, async (t) => {
    const app = createApp({ plugins: [optimizers], backend: 'reference' });
    const loss = attrs.loss === 'quadratic' ? quadratic(app, inputs) : rosenbrock;
    const positions = await descend(app, {
      optimizer: optimizerOf(attrs),
      start: inputs['w0']!,
      steps: attrs.steps,
      gradient: (w) => gradients(loss(w), [w])[0]!,
    });
    for (const [step, position] of positions.entries()) {
      let got = position.w;
      if (attrs.optimizer === 'nesterov') {
        // The textbook keeps W and takes the gradient at W − ηβa. We keep that point instead, so W = w + ηβa.
        const reach = attrs.options.learningRate * attrs.options.momentum!;
        got = got.add(slotOf(position, 'velocity').mul(reach));
      }
      near(t, await got.read(), atStep(outputs['trajectory']!, step), 1e-9, `step ${step}`);
    }
    await app.close();
  });
}

/** ½wᵀAw − cᵀw */
function quadratic(app: App, { a, c }: Values): (w: Tensor) => Tensor {
  const [matrix, vector] = [app.tensor(a!), app.tensor(c!)];
  return (w) => matmul(matrix, w).mul(0.5).sub(vector).mul(w).sum();
}

/** (1 − x)² + 10(y − x²)² */
function rosenbrock(w: Tensor): Tensor {
  const [x, y] = [slice(w, [0], [1]), slice(w, [1], [2])];
  return x.mul(-1).add(1).square().add(y.sub(x.square()).square().mul(10)).sum();
}

test('sam hands its base the gradient at w + ρ·g/‖g‖', async (t) => {
  const app = createApp({ plugins: [optimizers], backend: 'reference' });
  const rho = 0.1;
  const momentum = { momentum: 0.8 };
  const slope = (w: Tensor): Tensor => gradients(rosenbrock(w), [w])[0]!;
  const along = { start: hostTensor(Float64Array.of(-0.5, 0.75)), steps: 15 };
  const sam = await descend(app, {
    ...along,
    optimizer: { sam: { learningRate: 0.02, rho, base: { momentum } } },
    gradient: slope,
  });
  const byHand = await descend(app, {
    ...along,
    optimizer: { momentum: { ...momentum, learningRate: 0.02 } },
    gradient(w) {
      const g = slope(w);
      return slope(w.add(g.mul(rho).div(g.square().sum().sqrt())));
    },
  });
  for (const [step, { w }] of sam.entries())
    near(t, await w.read(), await byHand[step]!.w.read(), 1e-9, `step ${step}`);
  await app.close();
});

test("adam's first step is η·g/(|g| + ε): ε is added to the root, after the correction", async (t) => {
  const app = createApp({ plugins: [optimizers], backend: 'reference' });
  const [first] = await descend(app, {
    optimizer: { adam: { learningRate: 0.1, epsilon: 0.5 } },
    start: hostTensor(Float64Array.of(0, 0)),
    steps: 1,
    gradient: () => app.tensor(Float64Array.of(0.5, -1)),
  });
  near(t, await first!.w.read(), [(-0.1 * 0.5) / 1, (0.1 * 1) / 1.5]);
  await app.close();
});
