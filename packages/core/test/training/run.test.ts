import test from 'ava';
import { setTimeout as delay } from 'node:timers/promises';
import type { TrainerState, TrainingEvents } from '../../src/index.js';
import { points } from '../tiny.js';
import { bits, makeTrainer, plan, throughJson } from './tiny-run.js';

// How a run begins, ends, is observed, interrupted and resumed. Ten points in batches of 4 are three steps an epoch.

test('events come in order with where the run stands', async (t) => {
  const trainer = makeTrainer();
  const heard: string[] = [];
  const names: (keyof TrainingEvents)[] = [
    'fit:start',
    'epoch:start',
    'step:start',
    'step:end',
    'validation:start',
    'validation:end',
    'epoch:end',
    'fit:end',
  ];
  for (const name of names)
    trainer.on(name, (payload) => {
      const { epoch, step, stepInEpoch, epochs, stepsPerEpoch } = payload as TrainingEvents['step:start'];
      t.deepEqual([epochs, stepsPerEpoch], [2, 3]);
      t.true(Object.isFrozen(payload));
      heard.push(`${name} ${epoch} ${step} ${stepInEpoch}`);
    });
  await trainer.fit(points, { ...plan, epochs: 2, validation: points });
  const epoch = (e: number): string[] => [
    `epoch:start ${e} ${3 * e} 0`,
    ...[0, 1, 2].flatMap((s) => [`step:start ${e} ${3 * e + s} ${s}`, `step:end ${e} ${3 * e + s} ${s}`]),
    `validation:start ${e} ${3 * e + 3} 3`,
    `validation:end ${e} ${3 * e + 3} 3`,
    `epoch:end ${e} ${3 * e + 3} 3`,
  ];
  t.deepEqual(heard, ['fit:start 0 0 0', ...epoch(0), ...epoch(1), 'fit:end 2 6 0']);
});

test('payloads say what is known', async (t) => {
  const trainer = makeTrainer();
  const examples: number[] = [];
  trainer.on('fit:start', ({ parameters, batchSize }) => t.deepEqual([parameters, batchSize], [9, 4]));
  trainer.on('step:end', (payload) => {
    examples.push(payload.examples);
    t.deepEqual(Object.keys(payload.metrics), ['absolute/error', 'absolute/count']);
  });
  trainer.on('epoch:end', ({ metrics }) =>
    t.deepEqual(Object.keys(metrics), ['loss', 'absolute/error', 'absolute/count']),
  );
  const ends: unknown[] = [];
  trainer.on('fit:end', ({ reason, history }) => ends.push([reason, history.length]));
  const result = await trainer.fit(points, plan);
  t.deepEqual(examples, [4, 4, 2, 4, 4, 2, 4, 4, 2]);
  t.deepEqual(ends, [['completed', 3]]);
  t.deepEqual([result.reason, result.history.length], ['completed', 3]);
});

test('a plan is compiled once for each shape of batch', async (t) => {
  const trainer = makeTrainer();
  const plans: string[] = [];
  trainer.on('plan:compiled', ({ name, kernels }) => {
    plans.push(name);
    t.true(kernels > 0);
  });
  await trainer.fit(points, { ...plan, validation: points });
  t.deepEqual(plans, ['train', 'train', 'evaluate']);
});

test('a boundary handler is waited for', async (t) => {
  const trainer = makeTrainer();
  let finished = 0;
  trainer.on('epoch:end', async () => {
    await delay(5);
    finished++;
  });
  trainer.on('epoch:start', ({ epoch }) => t.is(finished, epoch));
  await trainer.fit(points, plan);
  t.is(finished, 3);
});

test('a handler that throws ends the run at the step boundary, and the run can be finished', async (t) => {
  const whole = makeTrainer();
  await whole.fit(points, plan);
  const mistake = new Error('mistake');
  const places: (keyof TrainingEvents)[] = [
    'fit:start',
    'epoch:start',
    'step:start',
    'step:end',
    'validation:start',
    'validation:end',
    'epoch:end',
  ];
  for (const place of places) {
    const trainer = makeTrainer();
    const heard: unknown[] = [];
    trainer.on('error', ({ error }) => heard.push(error));
    trainer.on('fit:end', ({ reason, detail }) => heard.push([reason, detail]));
    const undo = trainer.on(place, (payload) => {
      if ((payload as TrainingEvents['step:end']).epoch === 1 || place === 'fit:start') throw mistake;
    });
    const thrown = await t.throwsAsync(trainer.fit(points, { ...plan, validation: points }));
    t.is(thrown, mistake, place);
    t.deepEqual(heard, [mistake, ['failed', 'mistake']], place);
    undo();
    await trainer.fit(points, { ...plan, validation: points });
    t.deepEqual(bits(await trainer.state()), bits(await whole.state()), place);
  }
});

test('a rejected promise of a step handler ends the run, too', async (t) => {
  const trainer = makeTrainer();
  const mistake = new Error('late');
  trainer.on('step:end', ({ step }) => (step === 2 ? Promise.reject(mistake) : undefined));
  t.is(await t.throwsAsync(trainer.fit(points, plan)), mistake);
});

test("with onHandlerError 'warn' the run goes on", async (t) => {
  const trainer = makeTrainer({ onHandlerError: 'warn' });
  const codes: string[] = [];
  trainer.on('warning', ({ code }) => codes.push(code));
  trainer.on('step:end', ({ step }) => {
    if (step === 1) throw new Error('mistake');
  });
  trainer.once('epoch:end', () => Promise.reject(new Error('another')));
  t.is((await trainer.fit(points, plan)).reason, 'completed');
  t.deepEqual(codes, ['HANDLER_FAILED', 'HANDLER_FAILED']);
});

test('an error that fit:end throws is thrown and announced', async (t) => {
  const trainer = makeTrainer();
  const mistake = new Error('at the end');
  trainer.on('fit:end', () => {
    throw mistake;
  });
  trainer.on('error', ({ error }) => t.is(error, mistake));
  t.is(await t.throwsAsync(trainer.fit(points, plan)), mistake);
});

test('stop and an abort signal end the run after the present step', async (t) => {
  const stopped = makeTrainer();
  stopped.on('step:end', ({ step }) => step === 3 && stopped.stop('enough'));
  t.like(await stopped.fit(points, plan), { reason: 'stopped', detail: 'enough' });
  t.is(stopped.step, 4);

  const aborted = makeTrainer();
  const controller = new AbortController();
  aborted.on('step:end', ({ step }) => step === 1 && controller.abort('no time'));
  t.like(await aborted.fit(points, { ...plan, signal: controller.signal }), { reason: 'aborted', detail: 'no time' });
  t.is(aborted.step, 2);
  const late = makeTrainer();
  t.like(await late.fit(points, { ...plan, signal: controller.signal }), { reason: 'aborted' });
  t.is(late.step, 0);
});

test('a run that is stopped after its last epoch is over', async (t) => {
  const trainer = makeTrainer();
  trainer.on('epoch:end', ({ epoch }) => epoch === 2 && trainer.stop('patience'));
  t.is((await trainer.fit(points, plan)).reason, 'stopped');
  await trainer.fit(points, { ...plan, epochs: 1 });
  t.is(trainer.epoch, 4);
});

test('timers and signals are served while a run is under way', async (t) => {
  const trainer = makeTrainer();
  setTimeout(() => trainer.stop('the timer'), 1);
  t.like(await trainer.fit(points, { ...plan, epochs: 1e6 }), { reason: 'stopped', detail: 'the timer' });
});

test('a trainer does one thing at a time', async (t) => {
  const trainer = makeTrainer();
  const state = await trainer.state();
  trainer.once('epoch:end', async () => {
    await t.throwsAsync(trainer.fit(points, plan), { code: 'OPTIONS_INVALID', message: /is running/ });
    await t.throwsAsync(trainer.restore(state), { code: 'OPTIONS_INVALID', message: /is running/ });
  });
  t.is((await trainer.fit(points, plan)).reason, 'completed');
});

test('a loss that is not finite is warned about', async (t) => {
  const trainer = makeTrainer({ optimizer: { 'tiny/sgd': { learningRate: 1e30 } } });
  const codes = new Set<string>();
  trainer.on('warning', ({ code, message }) => {
    codes.add(code);
    t.regex(message, /at step \d/);
  });
  await trainer.fit(points, plan);
  t.deepEqual([...codes], ['NON_FINITE']);
});

test('a run that is saved at any step and resumed elsewhere gives the same bits', async (t) => {
  const whole = makeTrainer();
  const { history } = await whole.fit(points, plan);
  const want = await whole.state();
  for (let step = 0; step < 8; step++) {
    const stopped = makeTrainer();
    stopped.on('step:end', (payload) => payload.step === step && stopped.stop());
    await stopped.fit(points, plan);
    const resumed = makeTrainer();
    await resumed.restore(throughJson(await stopped.state()));
    const result = await resumed.fit(points, plan);
    const got = await resumed.state();
    t.deepEqual(bits(got), bits(want), `stopped after step ${step}`);
    t.deepEqual(got.metadata, want.metadata);
    t.deepEqual(result.history, history);
  }
});

test('a run whose loss is no number any more resumes as it is', async (t) => {
  const diverging = { optimizer: { 'tiny/sgd': { learningRate: 1e30 } } } as const;
  const [whole, stopped, resumed] = [makeTrainer(diverging), makeTrainer(diverging), makeTrainer(diverging)];
  const { history } = await whole.fit(points, plan);
  stopped.on('step:end', ({ step }) => step === 1 && stopped.stop());
  await stopped.fit(points, plan);
  await resumed.restore(throughJson(await stopped.state()));
  t.deepEqual((await resumed.fit(points, plan)).history, history);
  t.deepEqual(bits(await resumed.state()), bits(await whole.state()));
});

test('a state that does not fit is refused as a whole', async (t) => {
  const trainer = makeTrainer();
  trainer.on('step:end', ({ step }) => step === 3 && trainer.stop());
  await trainer.fit(points, plan);
  const { metadata, tensors } = throughJson(await trainer.state());
  const target = makeTrainer();
  const before = await target.state();
  const refused = async (
    state: { metadata?: object; tensors?: TrainerState['tensors'] },
    message: RegExp,
  ): Promise<void> => {
    const broken = { metadata: { ...metadata, ...state.metadata }, tensors: state.tensors ?? tensors } as TrainerState;
    await t.throwsAsync(target.restore(broken), { code: 'FILE_INVALID', message });
    t.deepEqual(await target.state(), before);
  };
  const without = new Map(tensors);
  without.delete('optimizer/head/weight/velocity');
  await refused({ tensors: without }, /optimizer\/head\/weight\/velocity is missing/);
  await refused(
    { tensors: new Map(tensors).set('model/extra', tensors.get('metric/absolute/sum')!) },
    /model\/extra is unknown/,
  );
  await refused(
    { tensors: new Map(tensors).set('model/head/weight', tensors.get('metric/absolute/sum')!) },
    /\[\] instead of float32 \[1, 3\]/,
  );
  await refused({ metadata: { format: 'other' } }, /format is other/);
  await refused({ metadata: { seed: 6 } }, /seed 6/);
  await refused({ metadata: { step: -1 } }, /step or epoch/);
  await refused({ metadata: { run: { ...metadata.run, stepInEpoch: 0.5 } } }, /position in the run/);
  await refused({ metadata: { run: 'soon' } }, /position in the run/);
  await refused({ metadata: { composition: { ...metadata.composition, outputs: ['input'] } } }, /other layers/);
});
