import test, { type ExecutionContext } from 'ava';
import {
  type FitOptions,
  type HostTensor,
  type Trainer,
  type TrainerOptions,
  type TrainerState,
} from '../../src/index.js';
import { examples, points, tinyApp } from '../tiny.js';
import { parts } from './parts.js';

// What optimizers, schedules and regularizers of parts.ts come to, against their formulas by hand.

/** y = wx with w = 1 at first, and one example x = 2, t = 6, where dL/dw = 2x(wx − t). */
const single = examples([[2]], [6]);
const gradient = (w: number): number => 4 * (2 * w - 6);

function makeTrainer(options: Partial<TrainerOptions> = {}): Trainer {
  const app = tinyApp({ plugins: [parts] });
  const model = app.sequential({ input: [1] }, [{ 'tiny/dense': { units: 1, initializer: 'ones' } }]);
  return app.trainer(model, { loss: 'tiny/squared', optimizer: 'tiny/sgd', ...options });
}

/** Two layers with a counter between them, on the ten points. */
function makeDeep(options: Partial<TrainerOptions> = {}): Trainer {
  const app = tinyApp({ plugins: [parts] });
  const model = app.sequential({ input: [2], seed: 1 }, [
    { 'tiny/dense': { units: 3 }, name: 'stem' },
    'tiny/counter',
    { 'tiny/dense': { units: 1 }, name: 'head' },
  ]);
  return app.trainer(model, { loss: 'tiny/squared', optimizer: 'tiny/sgd', seed: 3, ...options });
}

async function weight({ model }: Trainer): Promise<number> {
  return (await model.weights()).get('dense/weight')!.data[0]!;
}

function close(t: ExecutionContext, got: number | undefined, want: number, within = 1e-5): void {
  t.true(Math.abs(got! - want) <= within * (1 + Math.abs(want)), `${got} is not ${want}`);
}

function bits({ tensors }: TrainerState): Record<string, number[]> {
  return Object.fromEntries([...tensors].map(([name, { data }]) => [name, [...data]]));
}

test('groups of parameters have their own optimizers and rates, by name and role', async (t) => {
  const groups = [
    { on: { names: ['stem/**'] }, use: { 'tiny/sgd': { learningRate: 0 } } },
    { on: { roles: ['kernel'] }, use: { 'tiny/momentum': { learningRate: 0.05 } } },
  ] as const;
  const trainer = makeDeep({ optimizer: groups });
  const before = await trainer.model.weights();
  await trainer.fit(points, { epochs: 2, batchSize: 5 });
  const after = await trainer.model.weights();
  t.deepEqual(after.get('stem/weight'), before.get('stem/weight'));
  t.notDeepEqual(after.get('head/weight'), before.get('head/weight'));
  const names = [...(await trainer.state()).tensors.keys()].filter((name) => name.startsWith('optimizer/'));
  t.deepEqual(names, ['optimizer/momentum/head/weight/velocity']);

  // One group of all is the same as the optimizer alone.
  const [alone, grouped] = [
    makeDeep({ optimizer: 'tiny/momentum' }),
    makeDeep({ optimizer: [{ use: 'tiny/momentum' }] }),
  ];
  for (const either of [alone, grouped]) await either.fit(points, { epochs: 2, batchSize: 5 });
  t.deepEqual(bits(await alone.state()), bits(await grouped.state()));
  t.throws(() => makeDeep({ optimizer: [{ on: { names: ['stem/*'] }, use: 'tiny/sgd' }] }), {
    code: 'OPTIONS_INVALID',
    message: /no optimizer is for head\/weight/,
  });
});

test('frozen parameters have no gradient and no slots, and statistics beside them rest', async (t) => {
  const trainer = makeDeep({
    optimizer: [{ on: { names: ['stem/**'] }, use: 'frozen' }, { use: 'tiny/momentum' }],
    gradientTransforms: ['parts/summing'],
  });
  const before = await trainer.model.weights();
  await trainer.fit(points, { epochs: 2, batchSize: 5 });
  const after = await trainer.model.weights();
  t.deepEqual(after.get('stem/weight'), before.get('stem/weight'));
  t.notDeepEqual(after.get('head/weight'), before.get('head/weight'));
  const { tensors } = await trainer.state();
  t.deepEqual(
    [...tensors.keys()].filter((name) => /^(optimizer|transform)/.test(name)),
    ['optimizer/head/weight/velocity', 'transform/summing/head/weight'],
  );
});

test('slots are trees, and rules nest: look-ahead over momentum', async (t) => {
  const options = { 'parts/lookahead': { learningRate: 0.01, base: 'parts/heavyBall', every: 2 } } as const;
  const trainer = makeTrainer({ optimizer: options });
  await trainer.fit(single, { epochs: 5, batchSize: 1 });
  let [w, velocity, slow] = [1, 0, 1];
  for (let step = 1; step <= 5; step++) {
    velocity = 0.9 * velocity + gradient(w);
    w -= 0.01 * velocity;
    if (step % 2 === 0) w = slow = slow + 0.5 * (w - slow);
  }
  close(t, await weight(trainer), w);
  t.deepEqual(
    [...(await trainer.state()).tensors.keys()].filter((name) => name.startsWith('optimizer/')),
    ['optimizer/base/dense/weight/inner/velocity', 'optimizer/slow/dense/weight'],
  );
});

test('a transform that is called like a layer has slots of its own', async (t) => {
  const named = { 'parts/summing': {}, name: 'stem' } as const;
  const [plain, like] = [
    makeDeep({ optimizer: 'tiny/momentum', gradientTransforms: ['parts/summing'] }),
    makeDeep({ optimizer: 'tiny/momentum', gradientTransforms: [named] }),
  ];
  for (const trainer of [plain, like]) await trainer.fit(points, { epochs: 2, batchSize: 5 });
  t.deepEqual(await plain.model.weights(), await like.model.weights());
  t.true((await like.state()).tensors.has('transform/stem/stem/weight'));
});

test('a rule is told the loss', async (t) => {
  const trainer = makeTrainer({ optimizer: 'parts/polyak' });
  await trainer.fit(single, { epochs: 2, batchSize: 1 });
  let w = 1;
  for (let step = 0; step < 2; step++) w -= (2 * w - 6) ** 2 / gradient(w);
  close(t, await weight(trainer), w);
});

test('gradients may be taken ahead of the parameters', async (t) => {
  const trainer = makeTrainer({ optimizer: 'parts/nesterov' });
  await trainer.fit(single, { epochs: 4, batchSize: 1 });
  let [w, velocity] = [1, 0];
  for (let step = 0; step < 4; step++) {
    velocity = 0.9 * velocity - 0.01 * gradient(w + 0.9 * velocity);
    w += velocity;
  }
  close(t, await weight(trainer), w);
});

test('the host may drive a step, in slices of the batch, and what it keeps is saved', async (t) => {
  const make = (): Trainer => makeDeep({ optimizer: 'parts/lineSearch' });
  const [whole, sliced, resumed] = [make(), make(), make()];
  const { history } = await whole.fit(points, { epochs: 6, batchSize: 'full' });
  t.true(history[5]!.metrics['loss']! < 0.2 * history[0]!.metrics['loss']!);
  t.deepEqual((await whole.model.weights()).get('counter/steps')?.data, Float32Array.of(6));
  const plan: FitOptions = { epochs: 6, batchSize: 'full', accumulate: 3, shuffle: false };
  sliced.on('step:end', ({ step }) => step === 2 && sliced.stop());
  await sliced.fit(points, plan);
  const state = await sliced.state();
  t.is(state.tensors.get('optimizer/calls')?.dtype, 'int32');
  await resumed.restore(state);
  await sliced.fit(points, plan);
  await resumed.fit(points, plan);
  t.deepEqual(bits(await resumed.state()), bits(await sliced.state()));
  const [a, b] = [await whole.evaluate(points), await sliced.evaluate(points)];
  close(t, b['loss'], a['loss']!, 1e-3);
});

test('gradients of several batches add up to that of all of them as one', async (t) => {
  const options = {
    optimizer: 'tiny/momentum',
    gradientTransforms: ['parts/summing'],
    regularizers: ['parts/smooth'],
  } as const;
  const after = async (plan: FitOptions): Promise<Map<string, HostTensor>> => {
    const trainer = makeDeep(options);
    await trainer.fit(points, plan);
    t.is(trainer.step, 3);
    return trainer.model.weights();
  };
  const together = await after({ epochs: 3, batchSize: 'full' });
  for (const plan of [
    { epochs: 3, batchSize: 'full', accumulate: 4 },
    { epochs: 3, batchSize: 3, accumulate: 4 },
    { epochs: 3, batchSize: 1, accumulate: 10 },
  ] as const) {
    const apart = await after(plan);
    for (const name of ['stem/weight', 'head/weight'])
      together.get(name)!.data.forEach((value, i) => close(t, apart.get(name)!.data[i], value, 1e-5));
  }
  await t.throwsAsync(
    makeDeep({ optimizer: 'tiny/climbing' }).fit(points, { epochs: 1, batchSize: 2, accumulate: 2 }),
    { code: 'OPTIONS_INVALID', message: /gradients at several points.*accumulate/ },
  );
});

test('any number may follow a schedule: one cycle moves rate and momentum', async (t) => {
  const share = { base: 0.8, schedule: 'parts/triangle' } as const;
  const rate = { base: 0.02, schedule: 'parts/triangle' } as const;
  const trainer = makeTrainer({ optimizer: { 'parts/heavyBall': { learningRate: rate, share } } });
  const seen: number[][] = [];
  trainer.on('step:end', ({ learningRate, varying: { optimizer = NaN } }) => seen.push([learningRate, optimizer]));
  await trainer.fit(single, { epochs: 4, batchSize: 1 });
  let [w, velocity] = [1, 0];
  for (let step = 0; step < 4; step++) {
    const factor = 1 - Math.abs(step / 4 - 0.5);
    t.deepEqual(seen[step], [0.02 * factor, 0.8 * factor]);
    velocity = 0.8 * factor * velocity + gradient(w);
    w -= 0.02 * factor * velocity;
  }
  close(t, await weight(trainer), w);
  t.throws(() => makeTrainer({ optimizer: { 'parts/heavyBall': { learningRate: rate } }, schedule: 'tiny/halving' }), {
    code: 'OPTIONS_INVALID',
    message: /schedule of its own/,
  });
});

test('a number that the host computes is one input, however many parameters ask for it', async (t) => {
  const trainer = makeDeep({ optimizer: 'tiny/momentum' });
  await trainer.prepare();
  const batch = await points.batch(Int32Array.of(0, 1));
  const { program, values } = trainer.program.train.pack(batch);
  const { program: compiled } = await program.prepare(values);
  const scalars = compiled.storages.filter(({ size, place }) => size === 1 && place.kind !== 'arena');
  // The rate, the fade of both weights, the counter and the sum of the losses.
  t.true(scalars.length <= 5, `${scalars.length} scalars`);
});

test('averages are what is evaluated, predicted and exported, and go on when a run is resumed', async (t) => {
  const trainer = makeTrainer({ regularizers: ['parts/movingAverage'] });
  await trainer.fit(single, { epochs: 4, batchSize: 1 });
  let [w, average] = [1, 1];
  for (let step = 0; step < 4; step++) {
    w -= 0.1 * gradient(w);
    average = 0.5 * average + 0.5 * w;
  }
  close(t, await weight(trainer), w);
  close(t, (await trainer.evaluate(single))['loss'], (2 * average - 6) ** 2);
  close(t, (await trainer.predict([[2]])).data[0], 2 * average);
  const exported = await trainer.export();
  close(t, (await exported.weights()).get('dense/weight')?.data[0], average);
  close(t, await weight(trainer), w);

  const make = (): Trainer => makeDeep({ regularizers: ['parts/movingAverage'], optimizer: 'parts/averaged' });
  const [whole, stopped, resumed] = [make(), make(), make()];
  const plan: FitOptions = { epochs: 3, batchSize: 4, validation: points };
  const { history } = await whole.fit(points, plan);
  stopped.on('step:end', ({ step }) => step === 4 && stopped.stop());
  await stopped.fit(points, plan);
  await resumed.restore(await stopped.state());
  t.deepEqual((await resumed.fit(points, plan)).history, history);
  t.deepEqual(bits(await resumed.state()), bits(await whole.state()));
});

test('a rule may have values of its own for evaluation', async (t) => {
  const trainer = makeTrainer({ optimizer: 'parts/averaged' });
  await trainer.fit(single, { epochs: 3, batchSize: 1 });
  let [w, mean] = [1, 1];
  for (let step = 1; step <= 3; step++) {
    w -= 0.02 * gradient(w);
    mean += (w - mean) / step;
  }
  close(t, (await trainer.predict([[2]])).data[0], 2 * mean);
  close(t, (await trainer.weights()).get('dense/weight')?.data[0], mean);
});

test('running statistics are renewed on demand, in a model of its own', async (t) => {
  const trainer = makeDeep();
  await trainer.fit(points, { epochs: 1, batchSize: 5 });
  const steps = async (model: Trainer['model']): Promise<number> =>
    (await model.weights()).get('counter/steps')!.data[0]!;
  t.is(await steps(await trainer.export()), 2);
  t.is(await steps(await trainer.export({ recalibrate: points, batchSize: 3 })), 6);
  t.is(await steps(trainer.model), 2);
});

test('a penalty sees outputs and may run the model again; its strength may follow a schedule', async (t) => {
  const strength = { base: 2, schedule: 'parts/triangle' } as const;
  const trainer = makeTrainer({ regularizers: [{ 'parts/smooth': { strength } }] });
  const seen: number[] = [];
  trainer.on('step:end', ({ penalty, varying: { smooth: factor } }) => seen.push(penalty, factor!));
  await trainer.fit(single, { epochs: 1, batchSize: 1 });
  // (0.1·w)² at w = 1, times half the base.
  close(t, seen[0], 0.01);
  t.is(seen[1], 1);
  close(t, await weight(trainer), 1 - 0.1 * (gradient(1) + 0.02));
});

test('a constraint knows the learning rate', async (t) => {
  const trainer = makeTrainer({ regularizers: ['parts/proximal'] });
  await trainer.fit(single, { epochs: 1, batchSize: 1 });
  close(t, await weight(trainer), 1 - 0.1 * gradient(1) - 0.1);
});

test('a plateau is a function of the history, so that a resumed run has the same rates', async (t) => {
  const make = (): Trainer =>
    makeDeep({ optimizer: { 'tiny/sgd': { learningRate: 1e-3 } }, schedule: 'parts/plateau' });
  const plan: FitOptions = { epochs: 5, batchSize: 5, validation: points };
  const [whole, stopped, resumed] = [make(), make(), make()];
  const rates: number[] = [];
  whole.on('epoch:start', () => rates.push(whole.learningRate));
  const { history } = await whole.fit(points, plan);
  t.deepEqual(rates, [1e-3, 1e-3, 5e-4, 2.5e-4, 1.25e-4]);
  stopped.on('epoch:end', ({ epoch }) => epoch === 2 && stopped.stop());
  await stopped.fit(points, plan);
  const { metadata, tensors } = await stopped.state();
  await resumed.restore({ metadata: JSON.parse(JSON.stringify(metadata)), tensors });
  t.deepEqual((await resumed.fit(points, plan)).history, history);
  t.deepEqual(bits(await resumed.state()), bits(await whole.state()));
});
