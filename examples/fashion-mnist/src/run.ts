import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { createApp, type Dataset, type MetricValues } from 'adjoint';
import { fashionMnistClasses } from '@adjoint/data';
import { fashionMnist, loadIdxDirectory } from '@adjoint/data/node';
import { loadCheckpoint, saveCheckpoint, saveModel } from '@adjoint/io/node';
import { composeNetwork, trainerFor } from './network.js';
import type { Options } from './options.js';
import { showProgress } from './progress.js';
import { confusionTable, kernelTable } from './report.js';

/** What a run came to; without test figures if it was interrupted. */
export interface Outcome {
  readonly test?: MetricValues;
  /** The saved model, or the checkpoint of an interrupted run. */
  readonly file: string;
}

/** Trains, tests once at the end, reports and saves. `signal` interrupts the run, which is then saved to be resumed. */
export async function run(
  options: Options,
  {
    signal,
    data,
  }: { readonly signal?: AbortSignal; readonly data?: { readonly train: Dataset; readonly test: Dataset } } = {},
): Promise<Outcome> {
  const start = performance.now();
  const { train, test } =
    data ?? (options.data === undefined ? await fashionMnist() : await loadIdxDirectory(options.data));
  const app = createApp();
  try {
    const model = composeNetwork(app, options.seed);
    const trainer = trainerFor(app, model, options.seed);
    console.log(model.summary());
    if (options.resume !== undefined) await loadCheckpoint(trainer, options.resume);
    showProgress(trainer);
    const { reason } = await trainer.fit(train, {
      epochs: options.epochs,
      batchSize: options.batchSize,
      ...(signal && { signal }),
    });

    await mkdir(options.output, { recursive: true });
    if (reason !== 'completed') {
      const file = join(options.output, 'checkpoint.safetensors');
      await saveCheckpoint(trainer, file);
      console.log(`Interrupted at step ${trainer.step}; go on with: npm start -- --resume ${file}`);
      return { file };
    }
    const figures = await trainer.evaluate(test);
    console.log(confusionTable(figures, fashionMnistClasses));
    const kernels = await trainer.profile(
      await train.batch(Int32Array.from({ length: Math.min(options.batchSize, train.size) }, (_, i) => i)),
    );
    console.log(`Slowest kernels of a training step:\n${kernelTable(kernels, 6)}`);
    const file = join(options.output, 'model.safetensors');
    await saveModel(model, file);
    console.log(`Saved the model to ${file}`);
    const seconds = (performance.now() - start) / 1000;
    console.log(
      `Test accuracy ${figures['accuracy']!.toFixed(4)} on ${test.size} images, after ${seconds.toFixed(1)} s`,
    );
    return { test: figures, file };
  } finally {
    await app.close();
  }
}
