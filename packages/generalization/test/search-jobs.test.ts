import test from 'ava';
import { wasm } from '@adjoint/backend-wasm';
import { createApp, type App, type Job, type JobProgress } from '@adjoint/core';
import { dataset } from '@adjoint/data';
import { layers } from '@adjoint/layers';
import { losses } from '@adjoint/losses';
import { optimizers } from '@adjoint/optimizers';
import { near } from '@adjoint/reference-values';
import { grid, hyperband, kFold, logUniform, oneOf, random, search, Study, successiveHalving } from '../src/index.js';
import { run } from './asking.js';

let app: App;
test.before(() => {
  app = createApp({ plugins: [wasm, layers, losses, optimizers] });
});
test.after.always(() => app.close());

const y = [3, -1, 4, 1, -5, 9, 2, -6];
const data = dataset({
  inputs: { data: new Float32Array(8), shape: [8, 1] },
  targets: { data: Float32Array.from(y), shape: [8, 1] },
});
/** A step at ½ sets the bias to the mean of the targets; at a rate, to 2·rate of it. */
const jobOf = (learningRate: number, epochs = 1): Job => ({
  composition: app.sequential({ input: [1] }, [{ dense: { units: 1, initializer: 'zeros' } }]).composition,
  seed: 1,
  trainer: { loss: 'meanSquaredError', optimizer: { sgd: { learningRate } } },
  fit: { epochs, batchSize: 'full' },
  train: { data },
  validation: { data },
});

test('a search over jobs finds the rate that fits, on validation data or on splits', async (t) => {
  const rates = { rate: oneOf(0.1, 0.5, 0.9) };
  const study = new Study({ space: rates, propose: grid(), trials: 10, seed: 1 });
  const seen: number[] = [];
  const begun: (readonly [job: number, count: number | undefined])[] = [];
  const onProgress = ({ event, job, count }: JobProgress): void => {
    if (event === 'fit:start') begun.push([job, count]);
  };
  await search(app, study, ({ rate }) => jobOf(rate), {
    together: 2,
    onTrial: ({ number }) => void seen.push(number),
    onProgress,
  });
  t.deepEqual(seen, [0, 1, 2]);
  // What they tell goes by trials, of which there are at most as many as the study was given.
  t.deepEqual(begun.splice(0), [
    [0, 10],
    [1, 10],
    [2, 10],
  ]);
  const mean = y.reduce((sum, value) => sum + value, 0) / 8;
  const cost = (rate: number): number => y.reduce((sum, value) => sum + (value - 2 * rate * mean) ** 2, 0) / 8;
  near(
    t,
    study.trials.map(({ value }) => value!),
    [0.1, 0.5, 0.9].map(cost),
    1e-5,
  );
  t.is(study.best!.configuration.rate, 0.5);

  const folded = new Study({ space: rates, propose: grid(), trials: 10, seed: 1 });
  await search(app, folded, ({ rate }) => jobOf(rate), { splits: kFold(8, { folds: 4, seed: 1 }), onProgress });
  t.deepEqual(
    begun,
    Array.from({ length: 12 }, (_, i) => [i, 40]),
  );
  t.true(folded.isDone && folded.trials.every(({ status }) => status === 'finished'));

  const halved = new Study({
    space: rates,
    propose: grid(),
    trials: successiveHalving({ configurations: 3, minBudget: 1, maxBudget: 3 }),
    seed: 1,
  });
  await search(app, halved, ({ rate }, budget) => jobOf(rate, budget));
  t.deepEqual(
    halved.trials.map(({ budget }) => budget),
    [1, 1, 1, 3],
  );
  t.is(halved.best!.configuration.rate, 0.5);

  // A grid of three on brackets that want more: what there is goes on to the last rung.
  const short = run(
    { space: rates, propose: grid(), trials: hyperband({ maxBudget: 9 }), seed: 1 },
    ({ rate }: { rate: number }) => cost(rate),
  );
  t.deepEqual(
    short.trials.map(({ budget }) => budget),
    [1, 1, 1, 3, 3, 3, 9],
  );
  t.true(short.isDone);
});

test('survivors of a rung go on where they paused, with the bits of a run that never did', async (t) => {
  const options = {
    space: { rate: logUniform(0.01, 0.2), momentum: oneOf(0.5, 0.9) },
    propose: random(),
    trials: hyperband({ maxBudget: 9 }),
    seed: 1,
  };
  // Batches, slots and schedules are those of the whole run.
  const job = (rate: number, momentum: number, epochs: number | undefined): Job => ({
    ...jobOf(rate, epochs),
    trainer: {
      loss: 'meanSquaredError',
      optimizer: { momentum: { learningRate: rate, momentum } },
      schedule: 'cosine',
    },
    fit: { epochs: epochs!, batchSize: 3 },
  });
  const epochs: number[] = [];
  const onProgress = ({ job: trial, event }: JobProgress): void => {
    if (event === 'epoch:end') epochs[trial] = (epochs[trial] ?? 0) + 1;
  };
  const study = new Study(options);
  await search(app, study, ({ rate, momentum }, budget) => job(rate, momentum, budget), { goesOn: true, onProgress });
  t.true(study.isDone);
  t.deepEqual(
    study.trials.map((trial) => [trial.bracket, trial.rung, epochs[trial.number]]),
    study.trials.map((trial) => [
      trial.bracket,
      trial.rung,
      trial.budget! - (study.ladderOf(trial)!.before?.budget ?? 0),
    ]),
  );
  // As if each had begun anew.
  for (const { configuration, budget, value } of study.trials) {
    const { rate, momentum } = configuration as { rate: number; momentum: number };
    const paused = { ...job(rate, momentum, 9), ...(budget! < 9 && { pauseAt: budget! }) };
    for await (const result of app.run([paused])) {
      t.is(result.history.length, budget!);
      t.is(result.history.at(-1)!.validation!['loss'], value);
    }
  }
  // What a killed program has lost is computed again.
  const saved = { trials: study.trials.filter(({ number }) => number < 10) };
  const resumed = new Study({ ...options, state: JSON.parse(JSON.stringify(saved)) as typeof saved });
  await search(app, resumed, ({ rate, momentum }, budget) => job(rate, momentum, budget), {
    goesOn: true,
    together: 2,
  });
  t.deepEqual(resumed.trials, study.trials);
});

test('a job that fails is a failed trial, and the others go on', async (t) => {
  const units = { units: oneOf(1, 2, 3) };
  for (const options of [{ together: 3 }, { splits: kFold(8, { folds: 2 }) }]) {
    const study = new Study({ space: units, propose: grid(), trials: 3, seed: 1 });
    // Two outputs do not fit one target.
    const wide = ({ units: count }: { units: number }): Job => ({
      ...jobOf(0.1),
      composition: app.sequential({ input: [1] }, [{ dense: { units: count === 2 ? 2 : 1 } }]).composition,
    });
    await search(app, study, wide, options);
    t.deepEqual(
      study.trials.map(({ status }) => status),
      ['finished', 'failed', 'finished'],
    );
    t.regex(study.trials[1]!.reason!, /SHAPE|shape|\[.*2\]/);
  }
  const study = new Study({ space: units, propose: grid(), trials: 3, seed: 1 });
  const { validation: _, ...without } = jobOf(0.1);
  await t.throwsAsync(
    search(app, study, () => without),
    { code: 'OPTIONS_INVALID', message: /no validation data/ },
  );
  const other = new Study({ space: units, propose: grid(), trials: 3, seed: 1 });
  await t.throwsAsync(
    search(app, other, () => jobOf(0.1), { figure: 'accuracy' }),
    { code: 'OPTIONS_INVALID' },
  );
});

test('a search that is aborted leaves trials to be tried again', async (t) => {
  const rates = { rate: oneOf(0.1, 0.5, 0.9) };
  const options = { space: rates, propose: grid(), trials: 3, seed: 1 };
  const study = new Study(options);
  const controller = new AbortController();
  await search(app, study, ({ rate }) => jobOf(rate), {
    signal: controller.signal,
    onTrial: ({ number }) => void (number === 0 && controller.abort()),
  });
  t.deepEqual(
    study.trials.map(({ status }) => status),
    ['finished', 'running'],
  );
  const resumed = new Study({ ...options, state: study.state });
  await search(app, resumed, ({ rate }) => jobOf(rate));
  t.deepEqual(
    resumed.trials.map(({ status }) => status),
    ['finished', 'finished', 'finished'],
  );
});
