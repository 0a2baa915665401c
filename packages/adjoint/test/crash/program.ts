// A program that trains, is killed, and is started again until it has come to its end: it says so in its output.
import { createHash } from 'node:crypto';
import { readdirSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { checkpointFiles, saveCheckpoint } from '@adjoint/io/node';
import {
  createApp,
  isAdjointError,
  type App,
  type CheckpointPlan,
  type HostTensor,
  type Trainer,
} from '../../src/index.js';
import { data, modelOf } from '../small-run.js';
import { die, injectFaults, type Faults } from './faults.js';

/** What a program is told on its command line. */
export interface Life {
  readonly directory: string;
  /** `queue` saves after every step and does not wait. */
  readonly scenario: 'training' | 'queue' | 'disk' | 'ensemble';
  readonly faults: Faults;
}

/** Its exit code where the end of the run could not be saved. */
export const unwritable = 3;

const { directory, scenario, faults } = JSON.parse(process.argv[2]!) as Life;
const path = join(directory, 'run.safetensors');
const plan = { epochs: 7, batchSize: 8, validation: data() } as const;
const trainerOptions = {
  loss: 'crossEntropy',
  optimizer: { adam: { learningRate: 0.2 } },
  schedule: 'cosine',
  metrics: ['accuracy'],
  regularizers: ['mixup', { earlyStopping: { patience: 2, restoreBest: true } }],
} as const;

/** At once, whatever becomes of this process. */
const say = (line: string): void => void writeSync(1, `${line}\n`);

/** Says what is saved, and which parts of dead writers are still there. */
function watch(trainer: Trainer): void {
  trainer.on('checkpoint:save', ({ step, target }) => {
    say(`saved ${basename(target)} ${step}`);
    for (const name of leftovers()) if (name.startsWith(`.${basename(target)}.`)) say(`leftover ${name}`);
  });
  trainer.on('step:start', ({ step }) => {
    if (faults.kill?.at === 'step' && step === faults.kill.count) die();
  });
}

/** Our own belong to saves that are under way. */
function leftovers(): string[] {
  return readdirSync(directory).filter((name) => name.endsWith('.tmp') && !name.includes(`-${process.pid}.`));
}

function digest(tensors: ReadonlyMap<string, HostTensor>, more: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(more));
  for (const [name, { data: values }] of [...tensors].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(name).update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return hash.digest('hex');
}

async function train(app: App, checkpoint: CheckpointPlan): Promise<string> {
  const trainer = app.trainer(modelOf(app), { ...trainerOptions, seed: 4 });
  watch(trainer);
  const saves: Promise<void>[] = [];
  if (scenario === 'queue') trainer.on('step:end', () => void saves.push(saveCheckpoint(trainer, path)));
  const { history, reason } = await trainer.fit(data(), { ...plan, checkpoint });
  await Promise.all(saves);
  const { tensors, metadata } = await trainer.state();
  return digest(tensors, [history, reason, metadata.step, metadata.epoch, metadata.run ?? null]);
}

async function trainEnsemble(app: App, checkpoint: CheckpointPlan): Promise<string> {
  const ensemble = app.ensemble(modelOf(app), { strategy: { softVoting: { members: 3 } }, trainer: trainerOptions });
  // Members are trained by trainers of their own, which say what they save in their files.
  const results = await ensemble.fit(data(), { ...plan, epochs: 2, checkpoint });
  return digest(
    await ensemble.model.weights(),
    results.map(({ history, reason }) => [history, reason]),
  );
}

injectFaults(directory, faults);
const app = createApp({ plugins: [checkpointFiles], backend: { wasm: { threads: 1 } } });
say('ready');
try {
  const every = scenario === 'queue' ? 1 : 3;
  const checkpoint = { path, every, keep: 2, best: 'validation/loss', resume: true } as const;
  const outcome = await (scenario === 'ensemble' ? trainEnsemble : train)(app, checkpoint);
  for (const name of readdirSync(directory)) if (name.endsWith('.tmp')) say(`leftover ${name}`);
  say(`done ${outcome}`);
} catch (error) {
  if (!isAdjointError(error) || error.code !== 'FILE_UNWRITABLE') throw error;
  say(`unwritable ${error.message}`);
  process.exitCode = unwritable;
}
await app.close();
