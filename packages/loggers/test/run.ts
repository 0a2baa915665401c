import { createApp, hostTensor, type Choice, type Dataset, type Observer, type TrainerOptions } from '@adjoint/core';
import { layers } from '@adjoint/layers';
import { losses } from '@adjoint/losses';
import { optimizers } from '@adjoint/optimizers';
import { loggers } from '../src/index.js';
import { fileLoggers } from '../src/node.js';

/** Examples with the same target. */
function examples(target: number, size = 4): Dataset {
  return {
    size,
    inputs: [{ shape: [1], dtype: 'float32' }],
    targets: [{ shape: [1], dtype: 'float32' }],
    batch: (indices) => ({
      inputs: [hostTensor(Array.from(indices, () => [1]))],
      targets: [hostTensor(Array.from(indices, () => [target]))],
    }),
  };
}

/**
 * Two epochs of two steps of y = w·x with x = 1, targets of 2 and the rate 1/4. A step takes half of what is missing:
 * w = 0, 1, 1.5, 1.75, 1.875, so the losses (w − 2)² are 4, 1, 0.25 and 0.0625. The validation wants 3.
 */
export async function loggedRun(logger: Choice<'logger'>, warn = false): Promise<void> {
  const app = createApp({ plugins: [layers, losses, optimizers, loggers, fileLoggers], backend: 'reference' });
  const model = app.sequential({ input: [1] }, [{ dense: { units: 1, bias: false, initializer: 'zeros' } }]);
  const trainer = app.trainer(model, {
    loss: 'meanSquaredError',
    optimizer: { sgd: { learningRate: 0.25 } },
    loggers: [logger],
  });
  const options = { epochs: 2, batchSize: 2 };
  // A step to infinity: the loss is not finite, and a warning says so.
  if (warn) await trainer.fit(examples(1e30), { ...options, epochs: 1 });
  else await trainer.fit(examples(2), { ...options, validation: examples(3) });
  await app.close();
}

/** The same run with an observer that is no plugin, and with more options. */
export async function attachedRun(
  observer: Observer,
  { validationExamples = 4, ...options }: Partial<TrainerOptions> & { readonly validationExamples?: number } = {},
): Promise<void> {
  const app = createApp({ plugins: [layers, losses, optimizers], backend: 'reference' });
  const model = app.sequential({ input: [1] }, [{ dense: { units: 1, bias: false, initializer: 'zeros' } }]);
  const trainer = app.trainer(model, {
    loss: 'meanSquaredError',
    optimizer: { sgd: { learningRate: 0.25 } },
    ...options,
  });
  trainer.attach(observer);
  await trainer.fit(examples(2), { epochs: 2, batchSize: 2, validation: examples(3, validationExamples) });
  await app.close();
}
