import { AdjointError, type App, type Model, type Trainer } from '@adjoint/core';
import { decodeCheckpoint, decodeModel, encodeCheckpoint, encodeModel } from './checkpoint.js';
import { readFileBytes } from './read-file-bytes.js';
import { writeFileAtomic } from './write-file-atomic.js';

/**
 * Saves all that is needed to go on training with the same bits; the file is replaced as a whole or not at all.
 * @throws AdjointError `OPTIONS_INVALID` that names a layer which cannot be saved; `FILE_UNWRITABLE`
 */
export async function saveCheckpoint(trainer: Trainer, path: string): Promise<void> {
  const bytes = encodeCheckpoint(await trainer.state());
  await writeFileAtomic(path, bytes);
  await trainer.events.emitAndWait('checkpoint:save', { ...trainer.progress, target: path });
}

/**
 * Takes over a saved state; nothing is changed unless all of it fits. The next `fit` finishes the run that was saved.
 * @throws AdjointError `FILE_UNREADABLE`; `FILE_INVALID` for a file that is no checkpoint, or one of another trainer
 */
export async function loadCheckpoint(trainer: Trainer, path: string): Promise<void> {
  const state = decodeCheckpoint(await readFileBytes(path), { source: path });
  await trainer.restore(state, { source: path });
  await trainer.events.emitAndWait('checkpoint:load', { ...trainer.progress, source: path });
}

/**
 * Makes a trainer again from the file of `saveCheckpoint` alone; `fit` with the same data finishes its run. Its plugins
 * must be in the app.
 * @throws AdjointError `FILE_UNREADABLE`; `FILE_INVALID` for a file that is no checkpoint; what making the trainer throws
 */
export async function loadTrainer(app: App, path: string): Promise<Trainer> {
  return app.restore(decodeCheckpoint(await readFileBytes(path), { source: path }), { source: path });
}

/**
 * Saves what a model is composed of, and its weights; of a trainer those that evaluation uses, such as averages.
 * @throws AdjointError `OPTIONS_INVALID` that names a layer which cannot be saved; `FILE_UNWRITABLE`
 */
export async function saveModel(source: Model | Trainer, path: string): Promise<void> {
  const { composition } = 'model' in source ? source.model : source;
  await writeFileAtomic(path, encodeModel({ composition, weights: await source.weights() }));
}

/**
 * Builds a saved model again, from a file of `saveModel` or `saveCheckpoint`. Its plugins must be in the app.
 * @throws AdjointError `FILE_UNREADABLE`; `FILE_INVALID` for a file that is no model, or one that this app cannot build
 */
export async function loadModel(app: App, path: string): Promise<Model> {
  const { composition, weights } = decodeModel(await readFileBytes(path), { source: path });
  try {
    return app.build(composition, { weights });
  } catch (cause) {
    throw new AdjointError('FILE_INVALID', `${path}: this app cannot build its model: ${(cause as Error).message}`, {
      cause,
    });
  }
}
