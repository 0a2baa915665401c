import test from 'ava';
import { createApp, hostTensor, type HostRule, type Tensor } from '@adjoint/core';
import { hostStepAt } from '@adjoint/core/testing';
import { near } from '@adjoint/reference-values';
import { optimizers } from '../src/index.js';
import { strongWolfe, type LinePoint } from '../src/optimizers/line-search.js';
import { fixed, pathOf, rosenbrock, valuesOf } from './path.js';

test('lbfgs reaches the minimum of a quadratic of condition 1000 in some twenty steps', async (t) => {
  const curvatures = [1, 10, 100, 1000];
  const loss = (w: Tensor): Tensor =>
    w
      .square()
      .mul(fixed(curvatures, [4]))
      .sum()
      .mul(0.5)
      .sub(w.sum());
  const path = await pathOf('lbfgs', { start: [1, 1, 1, 1], steps: 24, loss });
  near(
    t,
    valuesOf(path.at(-1)!.w),
    curvatures.map((curvature) => 1 / curvature),
    1e-6,
  );
});

test("lbfgs goes down Rosenbrock's valley in some dozens of steps, and stays at the minimum", async (t) => {
  const path = await pathOf('lbfgs', { start: [-1.2, 1], steps: 40, loss: rosenbrock });
  near(t, valuesOf(path.at(-1)!.w), [1, 1], 1e-8);
  t.deepEqual(valuesOf(path.at(-1)!.w), valuesOf(path.at(-2)!.w));
});

test('lbfgs survives a loss that is not finite beyond a wall', async (t) => {
  // log is NaN for w ≤ 0; the minimum is at 1.
  const loss = (w: Tensor): Tensor => w.sub(w.log()).sum();
  const path = await pathOf({ lbfgs: { learningRate: 100 } }, { start: [0.01], steps: 30, loss });
  near(t, valuesOf(path.at(-1)!.w), [1], 1e-6);
});

test('lbfgs saves as many changes as it may keep', async (t) => {
  const app = createApp({ plugins: [optimizers], backend: 'reference' });
  const rule = app.registry.create('optimizer', { lbfgs: { historySize: 3 } }) as HostRule;
  const state = new Map();
  let values = [hostTensor(Float64Array.of(-1.2, 1))];
  for (let step = 0; step < 8; step++)
    values = [
      ...(await rule.step({
        ...hostStepAt(step),
        learningRate: 1,
        values,
        state,
        // ½(x² + 20y²) + x⁴
        lossAndGradients: async ([{ data } = values[0]!]) => ({
          loss: (data[0]! ** 2 + 20 * data[1]! ** 2) / 2 + data[0]! ** 4,
          gradients: [hostTensor(Float64Array.of(data[0]! + 4 * data[0]! ** 3, 20 * data[1]!))],
        }),
      })),
    ];
  t.deepEqual([...state.keys()].sort(), ['change/0', 'change/1', 'change/2', 'step/0', 'step/1', 'step/2']);
});

// f(x) = −x/(x² + 2), the first test function of Moré & Thuente 1994, with its slope; the minimum is at √2.
const hill = (x: number): LinePoint => ({ at: x, loss: -x / (x * x + 2), slope: (x * x - 2) / (x * x + 2) ** 2 });

for (const first of [1e-3, 0.1, 1, 10, 1e3]) {
  test(`a line search from a first step of ${first} ends where the strong Wolfe conditions hold`, async (t) => {
    for (const [decrease, curvature] of [
      [1e-4, 0.9],
      [1e-3, 0.1],
      [0.1, 0.12],
    ] as const) {
      let evaluations = 0;
      const start = hill(0);
      const found = await strongWolfe(
        start,
        async (at) => {
          evaluations++;
          return hill(at);
        },
        { first, decrease, curvature, noise: 0, maxEvaluations: 25 },
      );
      t.true(found.loss <= start.loss + decrease * found.at * start.slope);
      t.true(Math.abs(found.slope) <= curvature * Math.abs(start.slope), `${found.at} has slope ${found.slope}`);
      t.true(evaluations < 20, `${evaluations} evaluations`);
    }
  });
}

test('a line search that may look only once keeps what is better, and the start where nothing is', async (t) => {
  const once = { first: 0.1, decrease: 1e-4, curvature: 1e-6, noise: 0, maxEvaluations: 1 };
  t.is((await strongWolfe(hill(0), async (at) => hill(at), once)).at, 0.1);
  const steep = (at: number): LinePoint => ({ at, loss: at * 1e3, slope: -1 });
  t.is((await strongWolfe(steep(0), async (at) => steep(at), { ...once, maxEvaluations: 25 })).at, 0);
});
