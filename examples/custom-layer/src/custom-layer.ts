// A layer plugin with options: squeeze and excitation (Hu et al. 2018), which weighs the channels of an image.
import { defineLayer, definePlugin, matmul, type MetricValues, type NamesOf } from '@adjoint/core';
import { choice, count, documented, object, optional } from '@adjoint/core/options';
import { createApp } from 'adjoint';
import { split } from '@adjoint/data';
import { digits } from '@adjoint/data/node';

export const squeezeExcite = defineLayer({
  options: object({
    reduction: documented(optional(count, 4), 'How many times fewer units the bottleneck has than channels.'),
    initializer: documented(optional(choice('initializer'), 'heNormal'), 'How the two weights start.'),
  }),
  formula: 'y = x · σ(W₂·relu(W₁·mean(x)))',
  source: 'Hu et al. 2018, equations 2–4',
  examples: [{ options: { reduction: 2 }, inputs: [[4, 2, 3]] }],
  create: ({ reduction, initializer }, context) => ({
    build([input], scope) {
      const [channels = 1, ...area] = input.shape;
      const units = Math.max(1, Math.floor(channels / reduction));
      const initialize = context.create('initializer', initializer);
      const squeeze = scope.parameter('squeeze', [units, channels], { initialize, role: 'kernel' });
      const excite = scope.parameter('excite', [channels, units], { initialize, role: 'kernel' });
      return ([x], { value }) => {
        const mean = x.mean(area.map((_, axis) => axis + 2));
        const hidden = matmul(mean, value(squeeze), { transposeB: true }).relu();
        const weight = matmul(hidden, value(excite), { transposeB: true }).sigmoid();
        return x.mul(weight.reshape([...weight.shape, ...area.map(() => 1)]));
      };
    },
  }),
});

export const squeezeExcitePlugin = definePlugin({
  name: '@acme/adjoint-squeeze-excite',
  version: '1.0.0',
  layer: { 'acme/squeezeExcite': squeezeExcite },
});

declare module '@adjoint/core' {
  interface Layers extends NamesOf<typeof squeezeExcitePlugin.layer> {}
}

export async function main(): Promise<MetricValues> {
  const app = createApp({ plugins: [squeezeExcitePlugin] });
  const [train, test] = split(await digits(), [0.8, 0.2], { seed: 1 });
  const model = app.sequential({ input: train.inputs[0]!.shape, seed: 1 }, [
    { conv2d: { filters: 16, kernel: 3, padding: 'same' } },
    'relu',
    { 'acme/squeezeExcite': { reduction: 4 } },
    { maxPool2d: { size: 2 } },
    'flatten',
    { dense: { units: 10 } },
  ]);
  console.log(model.summary());
  const trainer = app.trainer(model, { loss: 'crossEntropy', optimizer: 'adam', metrics: ['accuracy'] });
  await trainer.fit(train, { epochs: 10, batchSize: 32 });
  const metrics = await trainer.evaluate(test);
  console.log(metrics);
  await app.close();
  return metrics;
}
