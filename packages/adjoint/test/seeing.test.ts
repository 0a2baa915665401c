import test from 'ava';
import {
  createApp,
  hostTensor,
  type App,
  type Dataset,
  type Trainer,
  type TrainerOptions,
  type WorkProgress,
} from '../src/index.js';

/** `size` examples x = 1 with the target 2. */
function examples(size = 4): Dataset {
  const ones = (indices: Int32Array, value: number) => hostTensor(Array.from(indices, () => [value]));
  return {
    size,
    inputs: [{ shape: [1], dtype: 'float32' }],
    targets: [{ shape: [1], dtype: 'float32' }],
    batch: (indices) => ({ inputs: [ones(indices, 1)], targets: [ones(indices, 2)] }),
  };
}

/** y = w·x from w = 0 at the rate 1/4: w = 0, 1, 1.5, 1.75, … with gradients 2(w − 2) of −4, −2, −1, −0.5. */
function halving(app: App, options: Partial<TrainerOptions> = {}): Trainer {
  const model = app.sequential({ input: [1] }, [{ dense: { units: 1, bias: false, initializer: 'zeros' } }]);
  return app.trainer(model, {
    loss: 'meanSquaredError',
    optimizer: { sgd: { learningRate: 0.25 } },
    gradientTransforms: ['gradientNorm'],
    ...options,
  });
}

const newApp = (): App => createApp({ backend: 'reference' });

test('gradientNorm tells the norm of each step, and of an epoch the mean', async (t) => {
  const app = newApp();
  const trainer = halving(app);
  const steps: (number | undefined)[] = [];
  trainer.on('step:end', ({ metrics }) => steps.push(metrics['gradientNorm']));
  const { history } = await trainer.fit(examples(), { epochs: 2, batchSize: 2, validation: examples() });
  t.deepEqual(steps, [4, 2, 1, 0.5]);
  t.deepEqual(
    history.map(({ metrics }) => metrics['gradientNorm']),
    [3, 0.75],
  );
  t.deepEqual(Object.keys(history[0]!.validation!), ['loss']);
  await app.close();
});

test('where transforms were listed before it, it sees what they made; each parameter has a norm if asked for', async (t) => {
  const app = newApp();
  const trainer = halving(app, { gradientTransforms: [{ clipValue: { max: 3 } }, { gradientNorm: { each: true } }] });
  const { history } = await trainer.fit(examples(), { epochs: 1, batchSize: 4 });
  t.like(history[0]!.metrics, { 'gradientNorm/all': 3, 'gradientNorm/dense/weight': 3 });
  await app.close();
});

test('of accumulated batches the norm is that of their update', async (t) => {
  const app = newApp();
  const { history } = await halving(app).fit(examples(), { epochs: 2, batchSize: 1, accumulate: 2 });
  t.deepEqual(
    history.map(({ metrics }) => metrics['gradientNorm']),
    [3, 0.75],
  );
  await app.close();
});

test('an epoch that is saved and resumed has the same mean of norms', async (t) => {
  const app = newApp();
  const first = halving(app);
  first.on('step:end', () => first.stop());
  await first.fit(examples(), { epochs: 1, batchSize: 2 });
  const second = halving(app);
  await second.restore(await first.state());
  const { history } = await second.fit(examples(), { epochs: 1, batchSize: 2 });
  t.is(history[0]!.metrics['gradientNorm'], 3);
  await app.close();
});

test('an evaluation tells after each batch how far it is, in a validation and by itself', async (t) => {
  const app = newApp();
  const trainer = halving(app);
  const told: (readonly [number, number | undefined])[] = [];
  trainer.on('evaluation:batch', ({ done, total }) => told.push([done, total]));
  await trainer.fit(examples(), { epochs: 1, batchSize: 4, validation: examples(300) });
  await trainer.evaluate(examples(5), { batchSize: 2 });
  const expected = [
    [256, 300],
    [300, 300],
    [2, 5],
    [4, 5],
    [5, 5],
  ] as const;
  t.deepEqual(told, [...expected]);
  await app.close();
});

test('onProgress is told the same of an evaluation and a prediction', async (t) => {
  const app = newApp();
  const trainer = halving(app);
  const told: WorkProgress[] = [];
  const options = { batchSize: 2, onProgress: (progress: WorkProgress) => void told.push(progress) };
  const data = examples(5);
  await trainer.evaluate(data, options);
  for (const use of [trainer, trainer.model]) {
    await use.predict(data, options);
    await use.predictClasses(data, options).catch(() => undefined);
  }
  const of = (work: WorkProgress['work']): WorkProgress[] =>
    [2, 4, 5].map((done) => ({ work, done, total: 5, unit: 'examples' }));
  t.deepEqual(told, [of('evaluation'), ...new Array<WorkProgress[]>(4).fill(of('prediction'))].flat());
  const stopping = () => {
    throw new Error('enough');
  };
  await t.throwsAsync(trainer.predict(data, { onProgress: stopping }), { message: 'enough' });
  await t.throwsAsync(trainer.evaluate(data, { onProgress: 5 as never }), { code: 'OPTIONS_INVALID' });
  await app.close();
});

test('a profile is an event; while a run goes on, what it validates on is there to see', async (t) => {
  const app = createApp();
  const trainer = halving(app);
  let kernels = 0;
  trainer.on('profile', ({ profile }) => (kernels = profile.kernels.length));
  const profile = await trainer.profile(await examples().batch(Int32Array.of(0, 1)));
  t.true(kernels > 0);
  t.is(kernels, profile.kernels.length);
  const validation = examples();
  const seen: unknown[] = [];
  trainer.on('fit:start', () => seen.push(trainer.validation));
  await trainer.fit(examples(), { epochs: 1, batchSize: 4, validation });
  t.deepEqual(seen, [validation]);
  t.is(trainer.validation, undefined);
  await app.close();
});

test('progress says how many jobs there are where they are a list', async (t) => {
  const app = newApp();
  const { model, options } = halving(app);
  const job = {
    composition: model.composition,
    seed: 0,
    trainer: options,
    fit: { epochs: 1, batchSize: 4 },
    train: { data: examples() },
  } as const;
  async function* some() {
    yield job;
  }
  for (const [jobs, count] of [
    [[job, job], 2],
    [some(), undefined],
  ] as const) {
    const told: unknown[] = [];
    const results = app.run(jobs, {
      onProgress: ({ event, job: number, count: all }) => told.push([event, number, all]),
    });
    for await (const { reason } of results) t.is(reason, 'completed');
    t.deepEqual(told.slice(0, 3), [
      ['fit:start', 0, count],
      ['epoch:end', 0, count],
      ['fit:end', 0, count],
    ]);
  }
  await app.close();
});
