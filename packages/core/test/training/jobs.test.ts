import test from 'ava';
import {
  defineDataset,
  defineEnsemble,
  defineLayer,
  defineLogger,
  definePlugin,
  defineRegularizer,
  jobOf,
  type FitOptions,
  type Job,
  type JobResult,
  type NamesOf,
  type Trainer,
  type TrainerOptions,
  type TrainerState,
} from '../../src/index.js';
import { array, number, object, optional } from '../../src/registry/options/index.js';
import { points, tinyApp } from '../tiny.js';

// A run as data: what a state says of it, what varies it, what watches it, and ensembles that are made of several.

const line = defineDataset({ options: object({}), create: () => points });

/** Counts the epochs that it has seen, and says so in what is saved. */
const counting = defineLogger({
  options: object({}),
  create: () => {
    let epochs = 0;
    return {
      attach: (run) => run.on('epoch:end', () => void epochs++),
      state: { save: () => epochs, restore: (value) => void (epochs = Number(value)) },
    };
  },
});

/** Ends a run after some epochs without a better loss. */
const patient = defineRegularizer({
  options: object({ patience: optional(number, 2) }),
  create: ({ patience }) => ({
    stop(history) {
      const losses = history.map(({ metrics }) => metrics['loss'] ?? Infinity);
      const best = losses.indexOf(Math.min(...losses));
      return losses.length - 1 - best >= patience ? 'no better' : undefined;
    },
  }),
});

/** Σ aₘ·yₘ / Σ aₘ. */
const weightedMean = defineLayer({
  options: object({ weights: array(number) }),
  create: ({ weights }) => ({
    build: () => (outputs) => {
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      return outputs.map((y, i) => y.mul((weights[i] ?? 0) / total)).reduce((sum, y) => sum.add(y));
    },
  }),
});

/** Each member looks harder at what the one before got wrong, and votes by how right it was. */
const boosted = defineEnsemble({
  options: object({ rounds: optional(number, 3) }),
  create: ({ rounds }) => ({
    async fit({ base, size, train, predict, targets }) {
      const members: JobResult[] = [];
      const votes: number[] = [];
      let weights = new Float32Array(size).fill(1);
      const [truth] = await targets(base.train);
      for (let round = 0; round < rounds; round++) {
        const member = await train({ train: { ...base.train, weights } }, { count: rounds });
        const { data } = await predict(member, base.train);
        const errors = Array.from(data, (y, i) => Math.abs(y - (truth?.data[i] ?? 0)));
        const most = Math.max(...errors);
        weights = Float32Array.from(errors, (error, i) => (weights[i] ?? 0) * (0.5 + error / most));
        members.push(member);
        votes.push(1 / (1 + errors.reduce((sum, error) => sum + error, 0)));
      }
      return { members, combine: { 'jobs/weightedMean': { weights: votes } }, figures: { rounds } };
    },
  }),
});

const dataset = { 'jobs/line': line };
const logger = { 'jobs/counting': counting };
const regularizer = { 'jobs/patient': patient };
const layer = { 'jobs/weightedMean': weightedMean };
const ensemble = { 'jobs/boosted': boosted };

const plugin = definePlugin({ name: '@jobs/plugin', version: '1.0.0', dataset, logger, regularizer, layer, ensemble });

declare module '../../src/index.js' {
  interface Datasets extends NamesOf<typeof dataset> {}
  interface Loggers extends NamesOf<typeof logger> {}
  interface Regularizers extends NamesOf<typeof regularizer> {}
  interface Layers extends NamesOf<typeof layer> {}
  interface Ensembles extends NamesOf<typeof ensemble> {}
}

const newApp = (): ReturnType<typeof tinyApp> => tinyApp({ plugins: [plugin] });

function makeTrainer(options: Partial<TrainerOptions> = {}, app = newApp()): Trainer {
  const model = app.sequential({ input: [2], seed: 1 }, [{ 'tiny/dense': { units: 1 } }]);
  return app.trainer(model, { loss: 'tiny/squared', optimizer: 'tiny/momentum', seed: 2, ...options });
}

function throughJson({ metadata, tensors }: TrainerState): TrainerState {
  return { metadata: JSON.parse(JSON.stringify(metadata)), tensors };
}

const plan: FitOptions = { epochs: 3, batchSize: 4 };

test('a trainer is made again from a state alone, and its job can be told', async (t) => {
  const app = newApp();
  const data = await app.dataset('jobs/line');
  const [whole, stopped] = [
    makeTrainer({ schedule: 'tiny/halving' }, app),
    makeTrainer({ schedule: 'tiny/halving' }, app),
  ];
  const { history } = await whole.fit(data, plan);
  stopped.on('step:end', ({ step }) => step === 4 && stopped.stop());
  await stopped.fit(data, plan);
  const state = throughJson(await stopped.state());

  const elsewhere = newApp();
  const resumed = await elsewhere.restore(state);
  t.deepEqual((await resumed.fit(points, plan)).history, history);
  t.deepEqual(await resumed.model.weights(), await whole.model.weights());

  const job = jobOf(state.metadata);
  t.deepEqual(job.train, { data: 'jobs/line' });
  t.deepEqual(job.fit, { epochs: 3, batchSize: 4 });
  for await (const again of elsewhere.run([job as Job])) {
    t.deepEqual(again.history, history);
    t.deepEqual(again.weights, await whole.model.weights());
  }
});

test('a state is refused by a trainer with other options, which are named', async (t) => {
  const trainer = makeTrainer({ regularizers: ['tiny/shaken'] });
  await trainer.fit(points, plan);
  const state = await trainer.state();
  const refused = (options: Partial<TrainerOptions>, message: RegExp): Promise<unknown> =>
    t.throwsAsync(makeTrainer(options).restore(state), { code: 'FILE_INVALID', message });
  await refused({}, /its regularizers is \["tiny\/shaken"\], this trainer has not given/);
  await refused(
    { regularizers: ['tiny/shaken'], optimizer: { 'tiny/momentum': { learningRate: 0.2 } } },
    /its optimizer is/,
  );
  await refused({ regularizers: ['tiny/shaken'], schedule: 'tiny/halving' }, /its schedule is not given/);
  await makeTrainer({ regularizers: ['tiny/shaken'], loggers: ['jobs/counting'] }).restore(state);
});

test('a run that is ended by its history ends at the same epoch when it is resumed, and is over then', async (t) => {
  const options = { optimizer: { 'tiny/sgd': { learningRate: 0 } }, regularizers: ['jobs/patient'] } as const;
  // Without an order that changes, the loss stays the same to the last bit.
  const many: FitOptions = { epochs: 20, batchSize: 'full', shuffle: false };
  const whole = makeTrainer(options);
  t.like(await whole.fit(points, many), { reason: 'stopped', detail: 'no better' });
  t.is(whole.epoch, 3);
  for (const last of [0, 1, 2]) {
    const stopped = makeTrainer(options);
    const states: TrainerState[] = [];
    stopped.on('epoch:end', async ({ epoch }) => epoch === last && states.push(await stopped.state()));
    await stopped.fit(points, many);
    const resumed = makeTrainer(options);
    await resumed.restore(throughJson(states[0]!));
    t.is((await resumed.fit(points, many)).reason, 'stopped');
    t.is(resumed.epoch, 3, `saved after epoch ${last}`);
  }
  // Another fit is another run.
  await whole.fit(points, { ...plan, epochs: 1 });
  t.is(whole.epoch, 4);
});

test('what loggers keep is saved; what they have subscribed to is undone when the trainer is closed', async (t) => {
  const loggers = ['jobs/counting'] as const;
  const trainer = makeTrainer({ loggers });
  await trainer.fit(points, plan);
  const state = throughJson(await trainer.state());
  t.deepEqual(state.metadata.observers, { counting: 3 });
  const resumed = makeTrainer({ loggers });
  await resumed.restore(state);
  await resumed.fit(points, { ...plan, epochs: 2 });
  t.deepEqual((await resumed.state()).metadata.observers, { counting: 5 });
  await resumed.close();
  await resumed.fit(points, { ...plan, epochs: 2 });
  t.deepEqual((await resumed.state()).metadata.observers, { counting: 5 });
  let undone = 0;
  {
    await using closed = makeTrainer();
    closed.attach({ attach: () => () => void undone++ });
  }
  t.is(undone, 1);
});

test('a search varies a job, and jobs may depend on results before them', async (t) => {
  const app = newApp();
  const base: Job = {
    composition: app.sequential({ input: [2] }, [{ 'tiny/dense': { units: 1 } }]).toJSON(),
    seed: 3,
    trainer: { loss: 'tiny/squared', optimizer: 'tiny/sgd' },
    fit: { epochs: 4, batchSize: 'full' },
    train: { data: 'jobs/line', indices: Int32Array.of(0, 1, 2, 3, 4, 5) },
    validation: { data: 'jobs/line', indices: Int32Array.of(6, 7, 8, 9) },
  };
  const results: JobResult[] = [];
  async function* jobs(): AsyncGenerator<Job> {
    for (let learningRate = 0.01; results.length < 3; learningRate *= 5) {
      yield { ...base, trainer: { ...base.trainer, optimizer: { 'tiny/sgd': { learningRate } } } };
    }
  }
  const heard: number[] = [];
  for await (const result of app.run(jobs(), { onTrainer: ({ learningRate }) => heard.push(learningRate) }))
    results.push(result);
  t.deepEqual(heard, [0.01, 0.05, 0.25]);
  const losses = results.map(({ history }) => history.at(-1)!.validation!['loss']!);
  t.true(losses[0]! > losses[1]! && losses[1]! > losses[2]!, losses.join());
  // Goes on from the best weights.
  for await (const { history } of app.run([{ ...base, weights: results[2]!.weights }]))
    t.true(history[0]!.metrics['loss']! < results[2]!.history[0]!.metrics['loss']!);
});

test('an ensemble is a procedure: members depend on those before, and what comes out is a model', async (t) => {
  const app = newApp();
  const model = app.sequential({ input: [2], seed: 1 }, [{ 'tiny/dense': { units: 1 } }]);
  const ensemble = app.ensemble(model, {
    strategy: 'jobs/boosted',
    trainer: { loss: 'tiny/squared', optimizer: 'tiny/sgd', metrics: ['tiny/absolute'] },
    seed: 7,
  });
  t.throws(() => ensemble.model, { code: 'OPTIONS_INVALID', message: /call fit first/ });
  await ensemble.fit(points, { epochs: 5, batchSize: 5 });
  t.deepEqual(ensemble.figures, { rounds: 3 });
  t.is(ensemble.model.parameters.length, 3);
  const together = await ensemble.predict(points);

  // Saved, loaded, scored and nested as any model.
  const copy = app.build(JSON.parse(JSON.stringify(ensemble.model)));
  copy.load(await ensemble.model.weights());
  t.deepEqual(await copy.predict(points), together);
  const trainer = app.trainer(copy, { loss: 'tiny/squared', optimizer: 'tiny/sgd' });
  t.is((await trainer.evaluate(points))['loss'], (await ensemble.evaluate(points))['loss']);
  const nested = app.sequential({ input: [2] }, [{ model: copy.toJSON() }, { 'tiny/dense': { units: 1 } }]);
  t.is(nested.parameters.length, 4);
});
