// A regularizer plugin with two hooks: noise on the inputs (Bishop 1995) and a penalty that keeps filters apart.
import { defineRegularizer, definePlugin, matmul, normal, type EpochResult, type NamesOf } from '@adjoint/core';
import { documented, object, optional, rate } from '@adjoint/core/options';
import { createApp } from 'adjoint';
import { split } from '@adjoint/data';
import { digits } from '@adjoint/data/node';

export const spreadOut = defineRegularizer({
  options: object({
    noise: documented(optional(rate, 0.1), 'Standard deviation of the noise on the inputs.'),
    orthogonality: documented(optional(rate, 1e-3), 'Weight of the penalty.'),
  }),
  formula: 'x ← x + noise·N(0, 1);  L ← L + orthogonality·Σ ‖WWᵀ − I‖² over kernels',
  source: 'Bishop 1995; Brock et al. 2017, equation 2',
  create: ({ noise, orthogonality }) => ({
    // Called once, while the step is traced. random() is another number in every step.
    batch: ({ inputs, ...batch }, { random }) => ({
      ...batch,
      inputs: inputs.map((x, i) => x.add(normal(random(`input${i}`), x.shape).mul(noise))),
    }),
    penalty({ parameters }, { value }) {
      const kernels = parameters
        .filter(({ role }) => role === 'kernel')
        .map(({ value: w }) => w.reshape([w.shape[0]!, -1]));
      const parts = kernels.map((w) => {
        const products = matmul(w, w, { transposeB: true });
        // ‖P − I‖² = ΣP² − 2·trace P + n, and the trace of WWᵀ is ΣW².
        return products.square().sum().sub(w.square().sum().mul(2)).add(w.shape[0]!);
      });
      return parts.reduce((sum, part) => sum.add(part), value(0)).mul(orthogonality);
    },
  }),
});

export const spreadOutPlugin = definePlugin({
  name: '@acme/adjoint-spread-out',
  version: '1.0.0',
  regularizer: { 'acme/spreadOut': spreadOut },
});

declare module '@adjoint/core' {
  interface Regularizers extends NamesOf<typeof spreadOutPlugin.regularizer> {}
}

export async function main(): Promise<readonly EpochResult[]> {
  const app = createApp({ plugins: [spreadOutPlugin] });
  const [train, validation] = split(await digits(), [0.8, 0.2], { seed: 1 });
  const model = app.sequential({ input: train.inputs[0]!.shape, seed: 1 }, [
    'flatten',
    { dense: { units: 32 } },
    'relu',
    { dense: { units: 10 } },
  ]);
  const trainer = app.trainer(model, {
    loss: 'crossEntropy',
    optimizer: 'adam',
    regularizers: [{ 'acme/spreadOut': { noise: 0.05 } }],
    metrics: ['accuracy'],
    loggers: ['console'],
  });
  const { history } = await trainer.fit(train, { epochs: 10, batchSize: 32, validation });
  await app.close();
  return history;
}
