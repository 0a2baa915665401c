import type { App, Model, Trainer } from '@adjoint/core';
import { decodeCheckpoint, decodeModel, encodeCheckpoint, encodeModel } from './checkpoint.js';
import { readFileBytes } from './read-file-bytes.js';
import { writeFileAtomic } from './write-file-atomic.js';

/** Saves all that is needed to go on training with the same bits; the file is replaced as a whole or not at all. */
export async function saveCheckpoint(trainer: Trainer, path: string): Promise<void> {
  await writeFileAtomic(path, encodeCheckpoint(await trainer.state()));
  await trainer.events.emitAndWait('checkpoint:save', { ...trainer.progress, target: path });
}

/** Takes over a saved state; nothing is changed unless all of it fits. The next `fit` finishes the run that was saved. */
export async function loadCheckpoint(trainer: Trainer, path: string): Promise<void> {
  await trainer.restore(decodeCheckpoint(await readFileBytes(path), { source: path }));
  await trainer.events.emitAndWait('checkpoint:load', { ...trainer.progress, source: path });
}

/** Saves what a model is composed of, and its weights. */
export async function saveModel(model: Model, path: string): Promise<void> {
  await writeFileAtomic(path, encodeModel({ composition: model.toJSON(), weights: await model.weights() }));
}

/** Builds a saved model again, from a file of `saveModel` or `saveCheckpoint`. */
export async function loadModel(app: App, path: string): Promise<Model> {
  const { composition, weights } = decodeModel(await readFileBytes(path), { source: path });
  const model = app.build(composition);
  model.load(weights);
  return model;
}
