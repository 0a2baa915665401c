import { join } from 'node:path';
import { createApp, isHostTensor, type Dataset, type Figure } from 'adjoint';
import { fashionMnistClasses } from '@adjoint/data';
import { checkpointFiles, loadCheckpoint, prepareFile, saveModel } from '@adjoint/io/node';
import { confusionTable } from './confusion-table.js';
import { loadImages } from './images.js';
import { composeNetwork, trainerFor } from './network.js';
import type { Options } from './options.js';
import { showProgress } from './progress.js';

/** What a run came to. */
export interface Outcome {
  /** Figures of the test; none if the run was interrupted. */
  readonly test?: Readonly<Record<string, Figure>>;
  /** The saved model; none if the run was interrupted. */
  readonly model?: string;
  /** The saved state of the trainer, to go on from. */
  readonly checkpoint: string;
}

export interface RunContext {
  /** Interrupts training, which is then saved to be resumed. */
  readonly signal?: AbortSignal;
  /** Other images than the options name. */
  readonly data?: { readonly train: Dataset; readonly test: Dataset };
}

/** Trains, tests once at the end, reports and saves. */
export async function run(options: Options, { signal, data }: RunContext = {}): Promise<Outcome> {
  const start = performance.now();
  const { epochs, batchSize, seed, output } = options;
  const checkpoint = join(output, 'checkpoint.safetensors');
  const file = join(output, 'model.safetensors');
  // What cannot be saved is better known before training.
  await prepareFile(checkpoint);
  await prepareFile(file);
  const { train, test } = data ?? (await loadImages(options));
  const app = createApp({ plugins: [checkpointFiles] });
  try {
    const model = composeNetwork(app, seed);
    const trainer = trainerFor(app, model, seed);
    if (options.resume !== undefined) {
      await loadCheckpoint(trainer, options.resume);
      // A run that is not finished has a place within it.
      const isFinished = trainer.history.length === 0 && trainer.progress.stepInEpoch === 0;
      if (isFinished)
        console.log(`The run of ${options.resume} is finished after ${trainer.epoch} epochs; this is ${epochs} more.`);
    }
    console.log(model.summary());
    showProgress(trainer);
    const { reason } = await trainer.fit(train, {
      epochs,
      batchSize,
      checkpoint: { path: checkpoint },
      ...(signal && { signal }),
    });
    if (reason !== 'completed') {
      console.log(`Interrupted after ${trainer.step} steps; go on with --resume ${checkpoint}`);
      return { checkpoint };
    }

    const figures = await trainer.figures(test);
    const { accuracy, confusionMatrix } = figures;
    if (isHostTensor(confusionMatrix)) console.log(confusionTable(confusionMatrix, fashionMnistClasses));
    const batch = await train.batch(Int32Array.from({ length: Math.min(batchSize, train.size) }, (_, i) => i));
    console.log(`Slowest kernels of a training step:\n${(await trainer.profile(batch)).toTable({ top: 6 })}`);
    await saveModel(model, file);
    const seconds = (performance.now() - start) / 1000;
    console.log(`Saved the model to ${file}\nand the state of training to ${checkpoint}`);
    console.log(`Test accuracy ${Number(accuracy).toFixed(4)} on ${test.size} images, after ${seconds.toFixed(1)} s`);
    return { test: figures, model: file, checkpoint };
  } finally {
    await app.close();
  }
}
