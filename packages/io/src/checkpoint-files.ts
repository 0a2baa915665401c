import { copyFile, link, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  AdjointError,
  CHECKPOINTER,
  definePlugin,
  emitWarning,
  isAdjointError,
  type Checkpointer,
  type CheckpointPlan,
  type Checkpoints,
  type EpochResult,
  type Plugin,
  type Trainer,
} from '@adjoint/core';
import { besidePath, checkPlan, type BestBy } from './checkpoint-plan.js';
import { readCheckpoint, saveState } from './files.js';
import { temporaryPath } from './temporary-file.js';
import { orUnwritable, prepareFile } from './write-file-atomic.js';

const openFiles: Checkpointer = async (plan) => {
  const { every, best } = checkPlan(plan);
  await prepareFile(plan.path);
  if (best) await prepareFile(besidePath(plan.path, 'best'));
  const isThere = await stat(plan.path).then(
    () => true,
    () => false,
  );
  const found = plan.resume && isThere ? await readCheckpoint(plan.path) : undefined;
  return { found, follow: (trainer) => new RunFiles(trainer, plan, every, best) };
};

/** Lets `fit` save checkpoints to files. */
export const checkpointFiles: Plugin = definePlugin({
  name: '@adjoint/io/node',
  version: '0.1.0',
  setup: ({ provide }) => provide(CHECKPOINTER, { value: openFiles }),
});

/** The files of one run. What cannot be written while it goes on is warned about, and tried again at the next boundary. */
class RunFiles implements Checkpoints {
  readonly #undo: (() => void)[] = [];
  #lastAsked = performance.now();

  constructor(
    readonly trainer: Trainer,
    readonly plan: CheckpointPlan,
    readonly every: CheckpointPlan['every'],
    readonly best: BestBy | undefined,
  ) {
    this.#undo.push(
      trainer.on('step:end', ({ step }) => (this.#isDue(step + 1) ? this.#tolerate(this.#save()) : undefined)),
      trainer.on('epoch:end', () => this.#afterEpoch()),
    );
  }

  async end(): Promise<void> {
    for (const take of this.#undo.splice(0)) take();
    await this.#save();
  }

  #isDue(steps: number): boolean {
    if (typeof this.every === 'number') return steps % this.every === 0;
    return typeof this.every === 'object' && performance.now() - this.#lastAsked >= this.every.seconds * 1000;
  }

  async #afterEpoch(): Promise<void> {
    const { trainer, plan, best } = this;
    const isBest = best !== undefined && isBestOf(trainer.history, best);
    if (this.every === 'epoch') await this.#tolerate(this.#save());
    // Of the same boundary, since the run waits for its handlers.
    if (isBest) await this.#tolerate(saveState(trainer, trainer.state(), besidePath(plan.path, 'best')));
  }

  #save(): Promise<void> {
    const { trainer, plan } = this;
    this.#lastAsked = performance.now();
    const { keep } = plan;
    const also = keep === undefined ? undefined : (step: number) => keepNewest(plan.path, step, keep);
    return saveState(trainer, trainer.state(), plan.path, also);
  }

  async #tolerate(save: Promise<void>): Promise<void> {
    await save.catch((error: unknown) => {
      if (!isAdjointError(error) || error.code !== 'FILE_UNWRITABLE') throw error;
      emitWarning(this.trainer.events, { code: error.code, message: `${error.message} Training goes on.` });
    });
  }
}

/** Whether the last epoch is better than all before it. */
function isBestOf(history: readonly EpochResult[], { figure, goal }: BestBy): boolean {
  const values = history.map(({ metrics, validation }) => {
    const all: Record<string, number> = { ...metrics };
    for (const [name, value] of Object.entries(validation ?? {})) all[`validation/${name}`] = value;
    return all;
  });
  const last = values.at(-1) ?? {};
  const value = last[figure];
  if (value === undefined)
    throw new AdjointError(
      'OPTIONS_INVALID',
      `fit: checkpoint: there is no figure '${figure}' to find the best epoch by; there are ${Object.keys(last).join(', ')}.`,
    );
  const sign = goal === 'min' ? 1 : -1;
  return (
    values.slice(0, -1).every((earlier) => !(sign * value >= sign * (earlier[figure] ?? NaN))) && !Number.isNaN(value)
  );
}

/** Gives the newest checkpoint a second name with its step, which takes no room, and removes all but so many of those. */
function keepNewest(path: string, step: number, count: number): Promise<void> {
  return orUnwritable(path, async () => {
    const temporary = temporaryPath(path);
    await link(await realpath(path), temporary).catch(() => copyFile(path, temporary));
    await rename(temporary, besidePath(path, `step-${step}`));
    const names = (await readdir(dirname(path))).filter((name) => {
      const [, number] = /\.step-(\d+)(?:\.[^.]*)?$/.exec(name) ?? [];
      return number !== undefined && name === besidePath(basename(path), `step-${number}`);
    });
    const files = await Promise.all(
      names.map(async (name) => {
        const file = join(dirname(path), name);
        return { file, time: (await stat(file)).mtimeMs };
      }),
    );
    // By time: what an earlier run has left may have higher numbers.
    files.sort((a, b) => b.time - a.time);
    for (const { file } of files.slice(count)) await rm(file, { force: true });
  });
}
