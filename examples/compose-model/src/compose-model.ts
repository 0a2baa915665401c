// Composes two models from layer plugins, a plain one and one with a residual connection, and trains both on digits.
import { createApp, type MetricValues } from 'adjoint';
import { split } from '@adjoint/data';
import { digits } from '@adjoint/data/node';

export async function main(): Promise<{ plain: MetricValues; residual: MetricValues }> {
  const app = createApp();
  const [train, test] = split(await digits(), [0.8, 0.2], { seed: 1 });
  const { shape } = train.inputs[0]!;

  const plain = app.sequential({ input: shape, seed: 1 }, [
    { conv2d: { filters: 16, kernel: 3, padding: 'same' }, name: 'stem' },
    'relu',
    { maxPool2d: { size: 2 } },
    'flatten',
    { dense: { units: 10 }, name: 'classes' },
  ]);

  // The functional form: what `layer` returns goes into as many other layers as you like.
  const residual = app.model(
    ({ input, layer }) => {
      const image = input(shape, { name: 'image' });
      const stem = layer('relu', layer({ conv2d: { filters: 16, kernel: 3, padding: 'same' }, name: 'stem' }, image));
      const branch = layer({ conv2d: { filters: 16, kernel: 3, padding: 'same' }, name: 'branch' }, stem);
      const joined = layer('relu', layer('add', [stem, branch]));
      const pooled = layer('flatten', layer({ averagePool2d: { size: 2 } }, joined));
      return layer({ dense: { units: 10 }, name: 'classes' }, pooled);
    },
    { seed: 1 },
  );

  const results: MetricValues[] = [];
  for (const model of [plain, residual]) {
    console.log(model.summary());
    const trainer = app.trainer(model, { loss: 'crossEntropy', optimizer: 'adam', metrics: ['accuracy', 'f1'] });
    await trainer.fit(train, { epochs: 10, batchSize: 32 });
    const metrics = await trainer.evaluate(test);
    console.log(metrics, '\n');
    results.push(metrics);
  }
  await app.close();
  return { plain: results[0]!, residual: results[1]! };
}
