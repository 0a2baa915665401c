// A whole optimizer plugin: signum (Bernstein et al. 2018). Its name and options are checked by the compiler.
import { defineOptimizer, definePlugin, updateRule, zerosLike, type EpochResult, type NamesOf } from '@adjoint/core';
import { documented, fraction, object, optional, rate } from '@adjoint/core/options';
import { createApp } from 'adjoint';
import { digits } from '@adjoint/data/node';

export const signum = defineOptimizer({
  options: object({
    learningRate: documented(optional(rate, 1e-3), 'Step size η.'),
    beta: documented(optional(fraction, 0.9), 'Decay of the mean gradient.'),
  }),
  formula: 'm ← βm + (1−β)g;  w ← w − η·sign(m)',
  source: 'Bernstein et al. 2018, algorithm 1',
  create: ({ beta }) =>
    updateRule({
      init: ({ value }) => ({ momentum: zerosLike(value) }),
      update(gradient, { momentum }, _, { learningRate }) {
        const next = momentum.mul(beta).add(gradient.mul(1 - beta));
        return [next.sign().mul(learningRate).neg(), { momentum: next }];
      },
    }),
});

export const signumPlugin = definePlugin({
  name: '@acme/adjoint-signum',
  version: '1.0.0',
  optimizer: { 'acme/signum': signum },
});

declare module '@adjoint/core' {
  interface Optimizers extends NamesOf<typeof signumPlugin.optimizer> {}
}

export async function main(): Promise<readonly EpochResult[]> {
  const app = createApp({ plugins: [signumPlugin] });
  const train = await digits();
  const model = app.sequential({ input: train.inputs[0]!.shape, seed: 1 }, [
    'flatten',
    { dense: { units: 32 } },
    'relu',
    { dense: { units: 10 } },
  ]);
  const trainer = app.trainer(model, {
    loss: 'crossEntropy',
    optimizer: { 'acme/signum': { learningRate: 2e-3, beta: 0.9 } },
    metrics: ['accuracy'],
    loggers: ['console'],
  });
  const { history } = await trainer.fit(train, { epochs: 5, batchSize: 32 });
  await app.close();
  return history;
}
