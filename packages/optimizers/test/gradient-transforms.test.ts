import test from 'ava';
import { createApp, type App, type Choice, type Tensor } from '@adjoint/core';
import { contextAt } from '@adjoint/core/testing';
import { near } from '@adjoint/reference-values';
import { optimizers } from '../src/index.js';

function transformed(
  app: App,
  choice: Choice<'gradientTransform'>,
  gradients: readonly Tensor[],
  { weights = gradients, step = 0 }: { readonly weights?: readonly Tensor[]; readonly step?: number } = {},
): readonly Tensor[] {
  return app.registry.create('gradientTransform', choice).update(gradients, {
    ...contextAt(step),
    parameters: weights.map((value, i) => ({ name: `layer${i}/weight`, role: 'kernel', value })),
    slots: {},
    learningRate: app.tensor(1),
  }).gradients;
}

const appOf = (): App => createApp({ plugins: [optimizers], backend: 'reference' });

test('gradients of a joint norm below the bound stay as they are, zeros among them', async (t) => {
  const app = appOf();
  const clip = (max: number, gradients: readonly Tensor[]): readonly Tensor[] =>
    transformed(app, { clipGlobalNorm: { max } }, gradients);
  const [first, second] = clip(5.1, [app.tensor([3, 0]), app.tensor([[4]])]);
  near(t, await first!.read(), [3, 0], 0);
  near(t, await second!.read(), [[4]], 0);
  near(t, await clip(1, [app.tensor([0, 0])])[0]!.read(), [0, 0], 0);
  await app.close();
});

test('adaptiveClip bounds the gradient of each unit by the norm of its weights (Brock et al. 2021, equation 3)', async (t) => {
  const app = appOf();
  const weights = [
    app.tensor([
      [3, 4],
      [0, 0],
      [6, 8],
    ]),
    app.tensor([2, 0]),
  ];
  const gradients = [
    app.tensor([
      [0.6, 0.8],
      [0, 2],
      [0.03, 0.04],
    ]),
    app.tensor([-1, 0]),
  ];
  const choice = { adaptiveClip: { max: 0.1, epsilon: 0.5 } } as const;
  const [matrix, vector] = transformed(app, choice, gradients, { weights });
  // Norms of weights 5, 0 (taken for 0.5) and 10; of gradients 1, 2 and 0.05: bounds 0.5, 0.05 and 1.
  near(t, await matrix!.read(), [
    [0.3, 0.4],
    [0, 0.05],
    [0.03, 0.04],
  ]);
  near(t, await vector!.read(), [-0.2, 0]);
  const except = { adaptiveClip: { max: 0.1, epsilon: 0.5, except: ['layer0/**'] } };
  near(t, await transformed(app, except, gradients, { weights })[0]!.read(), [
    [0.6, 0.8],
    [0, 2],
    [0.03, 0.04],
  ]);
  await app.close();
});

test('centralize takes the mean of each unit, and leaves vectors alone (Yong et al. 2020, equation 1)', async (t) => {
  const app = appOf();
  const [kernel, bias] = transformed(app, 'centralize', [
    app.tensor([
      [
        [1, 2],
        [3, 6],
      ],
      [
        [0, 0],
        [4, 4],
      ],
    ]),
    app.tensor([1, 2]),
  ]);
  near(t, await kernel!.read(), [
    [
      [-2, -1],
      [0, 3],
    ],
    [
      [-2, -2],
      [2, 2],
    ],
  ]);
  near(t, await bias!.read(), [1, 2], 0);
  await app.close();
});

test('gradientNoise has the stated variance, which fades, and other numbers for each parameter and step', async (t) => {
  const app = appOf();
  const zeros = [app.tensor(new Float32Array(40_000)), app.tensor(new Float32Array(40_000))];
  const choice = { gradientNoise: { variance: 0.09, fade: 0.5 } } as const;
  const noise = async (step: number): Promise<readonly Float32Array[]> =>
    Promise.all(
      transformed(app, choice, zeros, { step }).map(async (gradient) => (await gradient.read()).data as Float32Array),
    );
  const deviation = (values: Float32Array): number =>
    Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
  const [first, second] = await noise(0);
  const [later] = await noise(15);
  // Four standard errors of 40,000 draws are 1.5 % of the deviation.
  t.true(Math.abs(deviation(first!) / 0.3 - 1) < 0.015);
  t.true(Math.abs(deviation(later!) / 0.15 - 1) < 0.015);
  t.notDeepEqual(first!.slice(0, 5), second!.slice(0, 5));
  t.deepEqual((await noise(0))[0], first);
  await app.close();
});
