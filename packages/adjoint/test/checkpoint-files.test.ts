import { mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { decodeCheckpoint } from '@adjoint/io';
import { checkpointFiles, loadCheckpoint, readFileBytes, saveCheckpoint } from '@adjoint/io/node';
import {
  createApp,
  type App,
  type CheckpointPlan,
  type FitOptions,
  type Trainer,
  type TrainerState,
} from '../src/index.js';
import { data, modelOf, scratch, trainerOf } from './small-run.js';

// 40 examples in batches of 16 are three steps an epoch.

const plan: FitOptions = { epochs: 4, batchSize: 16, validation: data() };

const newApp = (): App => createApp({ plugins: [checkpointFiles] });
const stateIn = async (path: string): Promise<TrainerState> => decodeCheckpoint(await readFileBytes(path));
const stepIn = async (path: string): Promise<number> => (await stateIn(path)).metadata.step;

/** Names and steps in the order in which they were saved. */
function savesOf(trainer: Trainer): string[] {
  const saves: string[] = [];
  trainer.on(
    'checkpoint:save',
    ({ step, target }) => void saves.push(`${target.slice(target.lastIndexOf('/') + 1)} ${step}`),
  );
  return saves;
}

test('overlapping saves leave what was asked for last', async (t) => {
  const path = (await scratch(t))('run.safetensors');
  const trainer = trainerOf(createApp());
  const saves: Promise<void>[] = [];
  const states: Promise<TrainerState>[] = [];
  trainer.on('step:end', () => {
    saves.push(saveCheckpoint(trainer, path));
    states.push(trainer.state());
  });
  const written = savesOf(trainer);
  await trainer.fit(data(), { epochs: 8, batchSize: 4 });
  await Promise.all(saves);
  t.is(saves.length, 80);
  t.is(written.at(-1), 'run.safetensors 80');
  const { tensors } = await stateIn(path);
  t.deepEqual(new Map(tensors), new Map((await states.at(-1)!).tensors));
});

test('a run is saved after each epoch and at its end, and goes on from there with the same bits', async (t) => {
  const path = (await scratch(t))('runs/run.safetensors');
  const whole = trainerOf(newApp());
  const { history } = await whole.fit(data(), plan);
  const first = trainerOf(newApp());
  const saves = savesOf(first);
  const controller = new AbortController();
  first.on('step:end', ({ step }) => step === 6 && controller.abort('SIGTERM'));
  const checkpoint: CheckpointPlan = { path, resume: true };
  t.is((await first.fit(data(), { ...plan, checkpoint, signal: controller.signal })).reason, 'aborted');
  t.deepEqual(saves, ['run.safetensors 3', 'run.safetensors 6', 'run.safetensors 7']);

  const second = trainerOf(newApp());
  const loads: string[] = [];
  second.on('checkpoint:load', ({ step, source }) => loads.push(`${source} ${step}`));
  t.deepEqual((await second.fit(data(), { ...plan, checkpoint })).history, history);
  t.deepEqual(loads, [`${path} 7`]);
  t.deepEqual(await second.state(), await whole.state());

  // What is complete is not trained again.
  const third = trainerOf(newApp());
  third.on('step:start', () => t.fail());
  const result = await third.fit(data(), { ...plan, checkpoint });
  t.deepEqual([result.reason, result.history], ['completed', history]);
  await t.throwsAsync(trainerOf(newApp()).fit(data(), { ...plan, batchSize: 8, checkpoint }), {
    code: 'OPTIONS_INVALID',
    message: /batchSize was 16/,
  });
  // Without `resume` the run begins anew, and so does one of a trainer that has gone on by itself.
  const anew = trainerOf(newApp());
  await anew.fit(data(), { ...plan, epochs: 1, checkpoint: { path } });
  await anew.fit(data(), { ...plan, epochs: 1, checkpoint });
  t.is(anew.step, 6);
});

test('every so many steps or seconds; so many of the latest stay, and the best', async (t) => {
  const file = await scratch(t);
  const steps = trainerOf(newApp());
  const saves = savesOf(steps);
  await steps.fit(data(), { ...plan, checkpoint: { path: file('a/run.safetensors'), every: 5, keep: 2 } });
  t.deepEqual(saves, ['run.safetensors 5', 'run.safetensors 10', 'run.safetensors 12']);
  t.deepEqual((await readdir(file('a'))).sort(), [
    'run.safetensors',
    'run.step-10.safetensors',
    'run.step-12.safetensors',
  ]);
  t.is(await stepIn(file('a/run.step-10.safetensors')), 10);

  const often = trainerOf(newApp());
  const seldom = trainerOf(newApp());
  const [many, few] = [savesOf(often), savesOf(seldom)];
  await often.fit(data(), { ...plan, checkpoint: { path: file('often'), every: { seconds: 1e-9 } } });
  await seldom.fit(data(), { ...plan, checkpoint: { path: file('seldom'), every: { seconds: 1e6 } } });
  t.true(many.length > 1 && many.at(-1) === 'often 12');
  t.deepEqual(few, ['seldom 12']);
});

test('the best epoch stays, by a loss or by a figure whose goal is said, and through a resume', async (t) => {
  const file = await scratch(t);
  const train = async (path: string, best: NonNullable<CheckpointPlan['best']>, stopAt?: number): Promise<Trainer> => {
    const app = newApp();
    const trainer = app.trainer(modelOf(app), {
      loss: 'crossEntropy',
      optimizer: { adam: { learningRate: 0.3 } },
      metrics: ['accuracy'],
      seed: 4,
    });
    trainer.on('epoch:end', ({ epoch }) => epoch === stopAt && trainer.stop());
    await trainer.fit(data(), { ...plan, epochs: 8, checkpoint: { path, best, resume: true } });
    return trainer;
  };
  const bestEpoch = (values: readonly number[], sign: number): number =>
    values.findIndex((value) => values.every((other) => sign * value <= sign * other));
  const { history } = await train(file('run.safetensors'), 'validation/loss');
  const losses = history.map(({ validation }) => validation!['loss']!);
  t.not(bestEpoch(losses, 1), 7, 'the figures of this test get worse at the end');
  t.is(await stepIn(file('run.best.safetensors')), 3 * (bestEpoch(losses, 1) + 1));
  const goal = { figure: 'accuracy', goal: 'max' } as const;
  await train(file('other'), goal, 2);
  await train(file('other'), goal);
  t.is(
    await stepIn(file('other.best')),
    3 *
      (bestEpoch(
        history.map(({ metrics }) => metrics['accuracy']!),
        -1,
      ) +
        1),
  );

  await t.throwsAsync(train(file('c'), 'accuracy'), { code: 'OPTIONS_INVALID', message: /goal: 'max'/ });
  await t.throwsAsync(train(file('d'), 'validation/loss/of'), {
    code: 'OPTIONS_INVALID',
    message: /there are loss, accuracy, validation\/loss/,
  });
});

test('early stopping goes back to its best epoch, also after a resume', async (t) => {
  const path = (await scratch(t))('run.safetensors');
  const compose = (restoreBest: boolean): Trainer => {
    const app = newApp();
    return app.trainer(modelOf(app), {
      loss: 'crossEntropy',
      optimizer: { adam: { learningRate: 0.3 } },
      regularizers: [{ earlyStopping: { patience: 2, restoreBest } }],
      seed: 4,
    });
  };
  const long: FitOptions = { ...plan, epochs: 30 };
  const plain = compose(false);
  const epochs: TrainerState[] = [];
  plain.on('epoch:end', async () => void epochs.push(await plain.state()));
  const { history, reason } = await plain.fit(data(), long);
  t.is(reason, 'stopped');
  const best = epochs.at(-3)!;

  const whole = compose(true);
  t.deepEqual((await whole.fit(data(), long)).history, history);
  const weights = await whole.weights();
  for (const [name, value] of weights) t.deepEqual(value, best.tensors.get(`model/${name}`), name);
  t.deepEqual(await whole.evaluate(data()), { ...history.at(-3)!.validation });

  const stopped = compose(true);
  // An epoch after the best one.
  stopped.on('epoch:end', ({ epoch }) => epoch === history.length - 2 && stopped.stop());
  await stopped.fit(data(), { ...long, checkpoint: { path } });
  const resumed = compose(true);
  await loadCheckpoint(resumed, path);
  t.deepEqual((await resumed.fit(data(), long)).history, history);
  t.deepEqual(await resumed.state(), await whole.state());
});

test('the place is tried before training', async (t) => {
  const file = await scratch(t);
  await mkdir(file('folder'));
  const trainer = trainerOf(newApp());
  trainer.on('step:start', () => t.fail());
  await t.throwsAsync(trainer.fit(data(), { ...plan, checkpoint: { path: file('folder') } }), {
    code: 'FILE_UNWRITABLE',
  });
  for (const odd of [
    { path: '' },
    { path: 1 },
    {},
    { path: file('a'), every: 0 },
    { path: file('a'), evry: 3 },
    { path: file('a'), keep: 0.5 },
    { path: file('a'), every: { seconds: -1 } },
  ])
    await t.throwsAsync(trainer.fit(data(), { ...plan, checkpoint: odd as never }), {
      code: 'OPTIONS_INVALID',
      message: /^fit: checkpoint/,
    });
  await t.throwsAsync(trainerOf(createApp()).fit(data(), { ...plan, checkpoint: { path: file('a') } }), {
    code: 'SERVICE_MISSING',
    message: /checkpointFiles/,
  });
});

test('what cannot be saved on the way is said, and training goes on; at the end it is an error', async (t) => {
  const path = (await scratch(t))('run');
  const trainer = trainerOf(newApp());
  const warnings: string[] = [];
  const saves = savesOf(trainer);
  trainer.on('warning', ({ code }) => warnings.push(code));
  trainer.on('epoch:start', async ({ epoch }) => {
    if (epoch === 1) await rm(path).then(() => mkdir(path));
    if (epoch === 3) await rmdir(path);
  });
  t.is((await trainer.fit(data(), { ...plan, checkpoint: { path } })).reason, 'completed');
  t.deepEqual(
    [warnings, saves],
    [
      ['FILE_UNWRITABLE', 'FILE_UNWRITABLE'],
      ['run 3', 'run 12', 'run 12'],
    ],
  );

  const last = trainerOf(newApp());
  last.on('warning', () => undefined);
  last.on('epoch:start', async ({ epoch }) => epoch === 1 && rm(path).then(() => mkdir(path)));
  await t.throwsAsync(last.fit(data(), { ...plan, checkpoint: { path } }), { code: 'FILE_UNWRITABLE' });
  t.is(last.step, 12);
});

test('a handler of checkpoint:save may save itself, and is waited for', async (t) => {
  const file = await scratch(t);
  const trainer = trainerOf(newApp());
  let copies = 0;
  trainer.on('checkpoint:save', async ({ target }) => {
    if (target.endsWith('copy')) return;
    await delay(2);
    await saveCheckpoint(trainer, file('copy'));
    copies++;
  });
  await trainer.fit(data(), { ...plan, checkpoint: { path: file('run') } });
  t.is(copies, 5);
});
