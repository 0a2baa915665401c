import { AdjointError, type App, type Ensemble, type Model, type Trainer, type TrainerState } from '@adjoint/core';
import { checkpointIn, checkpointPieces, modelIn, modelPieces } from './checkpoint.js';
import type { LoadFileOptions } from './decode-options.js';
import { inTurn } from './in-turn.js';
import { savedSource } from './saved-source.js';
import { readSafetensors } from './read-safetensors.js';
import { replaceFile } from './write-file-atomic.js';

/**
 * Saves all that is needed to go on training with the same bits, as it is now or at the end of the step that is under way;
 * the file is replaced as a whole or not at all. Of saves to one path at the same time, the last that was asked for is what
 * the file holds; at most one waits while another is written.
 * @throws AdjointError `OPTIONS_INVALID` that names a layer which cannot be saved; `FILE_UNWRITABLE`
 */
export async function saveCheckpoint(trainer: Trainer, path: string): Promise<void> {
  checkTrainer(trainer, 'saveCheckpoint');
  await saveState(trainer, trainer.state(), path);
}

/** Saves a state that was asked for; `also` follows before anything else is written there. */
export async function saveState(
  trainer: Trainer,
  asked: Promise<TrainerState>,
  path: string,
  also?: (step: number) => Promise<void>,
): Promise<void> {
  // One that is overtaken is not waited for.
  asked.catch(() => undefined);
  let saved: TrainerState | undefined;
  await inTurn(path, async () => {
    const state = await asked;
    await replaceFile(path, checkpointPieces(state));
    await also?.(state.metadata.step);
    saved = state;
  });
  if (!saved) return;
  const { step, epoch, run } = saved.metadata;
  const position = { step, epoch, stepInEpoch: run?.stepInEpoch ?? 0 };
  await trainer.events.emitAndWait('checkpoint:save', { ...trainer.progress, ...position, target: path });
}

/**
 * Takes over a saved state; nothing is changed unless all of it fits. The next `fit` finishes the run that was saved.
 * @throws AdjointError `FILE_UNREADABLE`; `FILE_INVALID` for a file that is no checkpoint, or one of another trainer
 */
export async function loadCheckpoint(trainer: Trainer, path: string, options: LoadFileOptions = {}): Promise<void> {
  checkTrainer(trainer, 'loadCheckpoint');
  await trainer.restore(await readCheckpoint(path, options), { source: path });
  await trainer.events.emitAndWait('checkpoint:load', { ...trainer.progress, source: path });
}

/** @throws AdjointError `FILE_UNREADABLE`; `FILE_INVALID` for a file that is no checkpoint */
export async function readCheckpoint(path: string, options: LoadFileOptions = {}): Promise<TrainerState> {
  return checkpointIn(await readSafetensors(path, options), path);
}

/**
 * Makes a trainer again from the file of `saveCheckpoint` alone; `fit` with the same data finishes its run. Its plugins
 * must be in the app.
 * @throws AdjointError `FILE_UNREADABLE`; `FILE_INVALID` for a file that is no checkpoint; what making the trainer throws
 */
export async function loadTrainer(app: App, path: string, options: LoadFileOptions = {}): Promise<Trainer> {
  checkApp(app, 'loadTrainer');
  return app.restore(await readCheckpoint(path, options), { source: path });
}

/**
 * Saves what a model is composed of, and its weights; of a trainer those that evaluation uses, such as averages.
 * @throws AdjointError `OPTIONS_INVALID` that names a layer which cannot be saved; `FILE_UNWRITABLE`
 */
export async function saveModel(source: Model | Trainer | Ensemble, path: string): Promise<void> {
  const { composition, weights } = savedSource(source, 'saveModel');
  const asked = weights();
  asked.catch(() => undefined);
  await inTurn(path, async () => replaceFile(path, modelPieces({ composition, weights: await asked })));
}

/**
 * Builds a saved model again, from a file of `saveModel` or `saveCheckpoint`. Its plugins must be in the app.
 * @throws AdjointError `FILE_UNREADABLE`; `FILE_INVALID` for a file that is no model, or one that this app cannot build
 */
export async function loadModel(app: App, path: string, options: LoadFileOptions = {}): Promise<Model> {
  checkApp(app, 'loadModel');
  const { composition, weights } = modelIn(await readSafetensors(path, options), path);
  try {
    return app.build(composition, { weights });
  } catch (cause) {
    throw new AdjointError('FILE_INVALID', `${path}: this app cannot build its model: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** Told by their form, since another copy of core may have made them. */
function checkTrainer(trainer: Partial<Trainer> | null | undefined, what: string): void {
  if (typeof trainer?.state !== 'function' || typeof trainer.restore !== 'function')
    throw new AdjointError('OPERAND_INVALID', `${what}: takes a trainer, as app.trainer makes it, and a path.`);
}

function checkApp(app: Partial<App> | null | undefined, what: string): void {
  if (typeof app?.restore !== 'function')
    throw new AdjointError('OPERAND_INVALID', `${what}: takes an app, as createApp makes it, and a path.`);
}
