import type { App, Inspection, Model, Trainer } from 'adjoint';

/** Two convolutions and two dense layers: about 206,000 parameters. */
export function composeNetwork(app: App, seed: number): Model {
  return app.sequential({ input: [1, 28, 28], seed }, [
    { conv2d: { filters: 16, kernel: 3, padding: 'same' } },
    'batchNorm',
    'relu',
    { maxPool2d: { size: 2 } },
    { conv2d: { filters: 32, kernel: 3, padding: 'same' } },
    'batchNorm',
    'relu',
    { maxPool2d: { size: 2 } },
    'flatten',
    { dropout: { rate: 0.4 } },
    { dense: { units: 128 } },
    'relu',
    { dropout: { rate: 0.2 } },
    { dense: { units: 10 } },
  ]);
}

/** Adam on a cosine schedule with smoothed labels: chosen on a validation part of the training images. */
export function trainerFor(app: App, model: Model, seed: number): Trainer {
  return app.trainer(model, {
    loss: 'crossEntropy',
    optimizer: { adam: { learningRate: 2e-3 } },
    schedule: 'cosine',
    regularizers: ['labelSmoothing'],
    metrics: ['accuracy', 'confusionMatrix'],
    seed,
  });
}

/** What `npm run inspect -- examples/fashion-mnist/src/network.ts` shows: the training step on 64 images. */
export default function inspectTrainingStep(app: App): Promise<Inspection> {
  return trainerFor(app, composeNetwork(app, 1), 1).inspect({
    inputs: [{ shape: [64, 1, 28, 28], dtype: 'float32' }],
    targets: [{ shape: [64], dtype: 'int32' }],
  });
}
