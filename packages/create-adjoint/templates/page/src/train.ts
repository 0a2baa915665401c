import digitsUrl from '@adjoint/data/assets/digits/digits.csv?url';
import { createApp } from 'adjoint';
import { digits, split } from 'adjoint/data';

/** Trains on handwritten digits and returns the share of held-out images that are read right, from 0 to 1. */
export async function train(onLoss: (loss: number) => void): Promise<number> {
  const bytes = new Uint8Array(await (await fetch(digitsUrl)).arrayBuffer());
  const [images, held] = split(await digits(bytes), [0.8, 0.2], { seed: 1 });
  const app = createApp();
  const model = app.sequential({ input: [1, 8, 8], seed: 1 }, [
    { conv2d: { filters: 16, kernel: 3, padding: 'same' } },
    'relu',
    { maxPool2d: { size: 2 } },
    'flatten',
    { dense: { units: 10 } },
  ]);
  const trainer = app.trainer(model, {
    loss: 'crossEntropy',
    optimizer: { adam: { learningRate: 2e-3 } },
    metrics: ['accuracy'],
    seed: 1,
  });
  trainer.on('step:end', ({ loss }) => onLoss(loss));
  await trainer.fit(images, { epochs: 5, batchSize: 32 });
  const { accuracy = 0 } = await trainer.evaluate(held);
  await app.close();
  return accuracy;
}
