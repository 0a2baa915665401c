import test, { type ExecutionContext } from 'ava';
import type { App, TrainerOptions, Trainer } from '../../src/index.js';
import { examples, points, tinyApp } from '../tiny.js';

const layers = [{ 'tiny/dense': { units: 1, initializer: 'ones' } }] as const;
const options = { loss: 'tiny/squared', optimizer: 'tiny/sgd' } as const satisfies TrainerOptions;

/** y = wx with w = 1 at first, and one example x = 2, t = 6, where dL/dw = 2x(wx − t). */
const single = examples([[2]], [6]);

function makeTrainer(more: Partial<TrainerOptions> = {}, app: App = tinyApp(), input = 1): Trainer {
  return app.trainer(app.sequential({ input: [input] }, layers), { ...options, ...more });
}

async function weight({ model }: Trainer): Promise<number> {
  return (await model.weights()).get('dense/weight')!.data[0]!;
}

function close(t: ExecutionContext, got: number, want: number): void {
  t.true(Math.abs(got - want) <= 1e-5 * (1 + Math.abs(want)), `${got} is not ${want}`);
}

/** w after some steps, by the formula in float64. */
function descend(steps: number, rate: (step: number) => number, gradient = (w: number) => 4 * (2 * w - 6)): number {
  let w = 1;
  for (let step = 0; step < steps; step++) w -= rate(step) * gradient(w);
  return w;
}

test('gradient descent follows its formula, and a schedule sets the rate of each step', async (t) => {
  const trainer = makeTrainer();
  await trainer.fit(single, { epochs: 3, batchSize: 1 });
  close(
    t,
    await weight(trainer),
    descend(3, () => 0.1),
  );

  const scheduled = makeTrainer({ schedule: 'tiny/halving' });
  const rates: number[] = [];
  scheduled.on('step:end', ({ learningRate }) => rates.push(learningRate));
  await scheduled.fit(single, { epochs: 3, batchSize: 1 });
  t.deepEqual(rates, [0.1, 0.05, 0.025]);
  close(
    t,
    await weight(scheduled),
    descend(3, (step) => 0.1 / 2 ** step),
  );
});

test('slots and scalars of the host go from step to step', async (t) => {
  const trainer = makeTrainer({ optimizer: { 'tiny/momentum': { learningRate: 0.01 } } });
  await trainer.fit(single, { epochs: 4, batchSize: 1 });
  let [w, velocity] = [1, 0];
  for (let step = 1; step <= 4; step++) {
    velocity = 0.9 * velocity + 4 * (2 * w - 6);
    w -= (0.01 * velocity) / step;
  }
  close(t, await weight(trainer), w);
});

test('an optimizer may take gradients at other points', async (t) => {
  const trainer = makeTrainer({ optimizer: { 'tiny/climbing': { learningRate: 0.01, radius: 0.02 } } });
  const losses: number[] = [];
  trainer.on('step:end', ({ loss }) => losses.push(loss));
  await trainer.fit(single, { epochs: 3, batchSize: 1 });
  const g = (w: number): number => 4 * (2 * w - 6);
  close(
    t,
    await weight(trainer),
    descend(
      3,
      () => 0.01,
      (w) => g(w + 0.02 * g(w)),
    ),
  );
  // The loss is that of the first call, at w = 1.
  close(t, losses[0]!, 16);
});

test('gradients that are taken twice see the same random numbers and update states once', async (t) => {
  const app = tinyApp();
  const input = { input: [2], seed: 3 };
  const composed = [{ 'tiny/dense': { units: 4 } }, 'tiny/dropout', 'tiny/counter', ...layers] as const;
  const run = async (optimizer: TrainerOptions['optimizer']): Promise<Map<string, number[]>> => {
    const model = app.sequential(input, composed);
    const trainer = app.trainer(model, { ...options, optimizer });
    await trainer.fit(points, { epochs: 1, batchSize: 5 });
    return new Map([...(await model.weights())].map(([name, { data }]) => [name, [...data]]));
  };
  const twice = await run({ 'tiny/climbing': { radius: 0 } });
  t.deepEqual(twice.get('counter/steps'), [2]);
  t.deepEqual(twice, await run('tiny/sgd'));
});

test('gradient transforms keep slots', async (t) => {
  const trainer = makeTrainer({
    gradientTransforms: ['tiny/accumulated'],
    optimizer: { 'tiny/sgd': { learningRate: 0.01 } },
  });
  await trainer.fit(single, { epochs: 3, batchSize: 1 });
  let [w, sum] = [1, 0];
  for (let step = 0; step < 3; step++) {
    sum += 4 * (2 * w - 6);
    w -= 0.01 * sum;
  }
  close(t, await weight(trainer), w);
});

test('regularizers act on batch, targets, penalty and constraint, in the order of the step', async (t) => {
  const trainer = makeTrainer({ regularizers: [{ 'tiny/hooked': { add: 0.5, penalty: 2, most: 1.2 } }] });
  const losses: number[] = [];
  trainer.on('step:end', ({ loss, penalty }) => losses.push(loss + penalty));
  await trainer.fit(single, { epochs: 2, batchSize: 1 });
  // At w = 1: x = 2.5, t = 6.5, penalty 2w. Then w = 1 + 0.1·(20 − 2) is held at 1.2.
  close(t, losses[0]!, 16 + 2);
  close(t, losses[1]!, (1.2 * 2.5 - 6.5) ** 2 + 2.4);
  close(t, await weight(trainer), 1.2);
  // None of it is in evaluation.
  close(t, (await trainer.evaluate(single)).loss!, (1.2 * 2 - 6) ** 2);
});

test('metrics are those of a whole pass, and of each batch in step:end', async (t) => {
  const trainer = makeTrainer(
    { metrics: ['tiny/absolute'], optimizer: { 'tiny/sgd': { learningRate: 0 } } },
    tinyApp(),
    2,
  );
  const counts: number[] = [];
  trainer.on('step:end', ({ metrics }) => counts.push(metrics['absolute/count']!));
  const { history } = await trainer.fit(points, { epochs: 2, batchSize: 4, validation: points });
  t.deepEqual(counts, [4, 4, 2, 4, 4, 2]);
  // y − t = (a + b) − (2a − b) = 2b − a
  const error = Array.from({ length: 10 }, (_, i) => 2 * Math.cos(2 * i) - Math.sin(i));
  for (const { metrics, validation } of history) {
    for (const figures of [metrics, validation!]) {
      t.is(figures['absolute/count'], 10);
      close(t, figures['absolute/error']!, error.reduce((sum, e) => sum + Math.abs(e), 0) / 10);
      close(t, figures['loss']!, error.reduce((sum, e) => sum + e * e, 0) / 10);
    }
  }
  t.deepEqual(await trainer.evaluate(points, { batchSize: 3 }).then((figures) => figures['absolute/count']), 10);
});

test('names of metrics are unique', async (t) => {
  const twice = makeTrainer({ metrics: ['tiny/absolute', 'tiny/absolute'] });
  t.deepEqual(Object.keys(await twice.evaluate(single)), [
    'loss',
    'absolute/error',
    'absolute/count',
    'absolute_2/error',
    'absolute_2/count',
  ]);
  t.throws(() => makeTrainer({ metrics: [{ 'tiny/absolute': {}, name: 'loss' }] }), {
    code: 'OPTIONS_INVALID',
    message: /'loss' is taken/,
  });
});

test('a second fit goes on where the first ended', async (t) => {
  const trainer = makeTrainer();
  await trainer.fit(single, { epochs: 2, batchSize: 1 });
  const { history } = await trainer.fit(single, { epochs: 1, batchSize: 1 });
  t.deepEqual([trainer.step, trainer.epoch, history.map(({ epoch }) => epoch)], [3, 3, [2]]);
  close(
    t,
    await weight(trainer),
    descend(3, () => 0.1),
  );
});

test("a batch size of 'full' is one step of all examples", async (t) => {
  const trainer = makeTrainer({}, tinyApp(), 2);
  await trainer.fit(points, { epochs: 1, batchSize: 'full' });
  t.is(trainer.step, 1);
});

test('data that do not fit are refused with what is expected', async (t) => {
  const trainer = makeTrainer();
  const fit = (...data: Parameters<typeof examples>): Promise<unknown> =>
    trainer.fit(examples(...data), { epochs: 1, batchSize: 2 });
  await t.throwsAsync(fit([[1, 2]], [1]), {
    code: 'DATA_INVALID',
    message: /float32 \[2\].*the model takes float32 \[1\]/,
  });
  await t.throwsAsync(fit([[1], [NaN]], [1, 2]), { code: 'DATA_INVALID', message: /has NaN in the input;/ });
  await t.throwsAsync(fit([[1], [2]], [1, Infinity]), { code: 'DATA_INVALID', message: /Infinity in the targets/ });
  await t.throwsAsync(trainer.fit({ ...single, size: 0 }, { epochs: 1, batchSize: 1 }), { message: /empty/ });
  await t.throwsAsync(trainer.fit(single, { epochs: 0, batchSize: 1 }), {
    code: 'OPTIONS_INVALID',
    message: /option 'epochs' is 0/,
  });
  await t.throwsAsync(trainer.fit(single, { epochs: 1, batchSize: 5, dropLast: true }), { message: /no batch of 5/ });
  // None of it has changed anything, and the trainer still works.
  t.is(await weight(trainer), 1);
  await trainer.fit(single, { epochs: 1, batchSize: 1 });
  close(
    t,
    await weight(trainer),
    descend(1, () => 0.1),
  );
});

test('two trainers of two apps at once do not disturb each other', async (t) => {
  const [first, second] = [makeTrainer(), makeTrainer({ optimizer: { 'tiny/sgd': { learningRate: 0.05 } } })];
  await Promise.all([first.fit(single, { epochs: 5, batchSize: 1 }), second.fit(single, { epochs: 5, batchSize: 1 })]);
  close(
    t,
    await weight(first),
    descend(5, () => 0.1),
  );
  close(
    t,
    await weight(second),
    descend(5, () => 0.05),
  );
});

test('what does not fit does not compile', (t) => {
  // @ts-expect-error -- there is no such optimizer
  t.throws(() => makeTrainer({ optimizer: 'tiny/sdg' }), { message: /did you mean 'tiny\/sgd'/ });
  // @ts-expect-error -- the learning rate is a number
  t.throws(() => makeTrainer({ optimizer: { 'tiny/sgd': { learningRate: 'fast' } } }), { code: 'OPTIONS_INVALID' });
  // @ts-expect-error -- a regularizer is no metric
  t.throws(() => makeTrainer({ metrics: ['tiny/hooked'] }), { code: 'EXTENSION_UNKNOWN' });
});

test('what is no dataset or no batch is refused in words', async (t) => {
  const trainer = makeTrainer();
  const evaluate = (data: object): Promise<unknown> => trainer.evaluate(data as typeof single);
  await t.throwsAsync(evaluate([[1], [2]]), { code: 'DATA_INVALID', message: /no dataset/ });
  const batch = await single.batch(Int32Array.of(0));
  const answers: [unknown, RegExp][] = [
    [undefined, /inputs are no list/],
    [{ ...batch, targets: batch.targets[0] }, /targets are no list/],
    [{ ...batch, weights: [1] }, /weights are no tensor/],
  ];
  for (const [answer, message] of answers)
    await t.throwsAsync(evaluate({ ...single, batch: () => answer }), { code: 'DATA_INVALID', message });
  await t.throwsAsync(evaluate({ ...single, size: 2, batch: () => batch }), {
    code: 'DATA_INVALID',
    message: /2 examples were asked for and 1 came/,
  });
});
