import type { App, Trainer } from 'adjoint';

/** A convolutional network for images [1, 8, 8] of ten classes, and how it is trained. */
export function digitsNetwork(app: App): Trainer {
  const model = app.sequential({ input: [1, 8, 8], seed: 1 }, [
    { conv2d: { filters: 16, kernel: 3, padding: 'same' } },
    'relu',
    { maxPool2d: { size: 2 } },
    'flatten',
    { dropout: { rate: 0.25 } },
    { dense: { units: 10 } },
  ]);
  return app.trainer(model, {
    loss: 'crossEntropy',
    optimizer: { adam: { learningRate: 2e-3 } },
    metrics: ['accuracy'],
    seed: 1,
  });
}
