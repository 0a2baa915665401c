import test from 'ava';
import { setTimeout as delay } from 'node:timers/promises';
import type { TrainerState, TrainingEvents } from '../../src/index.js';
import { points } from '../tiny.js';
import { bits, makeTrainer, plan, throughJson } from './tiny-run.js';

// What is asked for belongs to one boundary, and what happens belongs to one run.

test('a state asked for in a handler is that of its step, though the run goes on', async (t) => {
  const observed = makeTrainer();
  const states: Promise<TrainerState>[] = [];
  observed.on('step:end', () => void states.push(observed.state()));
  observed.on('epoch:end', async () => void states.push(Promise.resolve(await observed.state())));
  await observed.fit(points, plan);
  const saved = await Promise.all(states);
  t.deepEqual(
    saved.map(({ metadata }) => metadata.step),
    [1, 2, 3, 3, 4, 5, 6, 6, 7, 8, 9, 9],
  );
  for (const state of saved) {
    const resumed = makeTrainer();
    await resumed.restore(throughJson(state));
    await resumed.fit(points, plan);
    t.deepEqual(bits(await resumed.state()), bits(await observed.state()), `step ${state.metadata.step}`);
  }
});

test('a state asked for while a step is under way is that of its end', async (t) => {
  const observed = makeTrainer();
  const states: Promise<TrainerState>[] = [];
  const ask = (): void => void states.push(observed.state());
  observed.on('step:start', () => {
    // In as many moments of the step as there are turns of the promise queue.
    let turns = Promise.resolve();
    for (let turn = 0; turn < 40; turn++) turns = turns.then(turn % 4 === 0 ? ask : () => undefined);
    queueMicrotask(ask);
  });
  await observed.fit(points, plan);
  const want = bits(await observed.state());
  const saved = await Promise.all(states);
  t.deepEqual([...new Set(saved.map(({ metadata }) => metadata.step))], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const different = new Map(saved.map((state) => [JSON.stringify([state.metadata.run, bits(state)]), state]));
  // One for each step, and two more where an epoch is booked and the next one begins.
  t.true(different.size <= 15, `${different.size} states`);
  for (const state of different.values()) {
    const resumed = makeTrainer();
    await resumed.restore(throughJson(state));
    // The last ones may come when the run is over.
    if (state.metadata.run) await resumed.fit(points, plan);
    t.deepEqual(bits(await resumed.state()), want, `step ${state.metadata.step}`);
  }
});

test('a state asked for before restoring, or while profiling, is the one that was there', async (t) => {
  const trainer = makeTrainer();
  const first = await trainer.state();
  trainer.on('step:end', ({ step }) => step === 4 && trainer.stop());
  await trainer.fit(points, plan);
  const later = bits(await trainer.state());
  const [asked] = await Promise.all([trainer.state(), trainer.restore(first)]);
  t.deepEqual(bits(asked), later);
  t.deepEqual(bits(await trainer.state()), bits(first));

  const batch = await points.batch(Int32Array.of(0, 1, 2, 3));
  const profile = trainer.profile(batch, { steps: 2 }).catch(() => undefined);
  const during: Promise<TrainerState>[] = [];
  for (let turn = 0; turn < 20; turn++) {
    during.push(trainer.state());
    await Promise.resolve();
  }
  await profile;
  for (const state of await Promise.all(during)) t.deepEqual(bits(state), bits(first));
});

test('weights asked for in a handler are those of one step', async (t) => {
  const trainer = makeTrainer();
  const asked: Promise<unknown>[] = [];
  trainer.on('step:end', () => {
    const state = trainer.state();
    const weights = [trainer.weights(), trainer.model.weights()];
    asked.push(
      state.then(async ({ tensors }) => {
        for (const own of weights)
          for (const [name, { data }] of await own) t.deepEqual(data, tensors.get(`model/${name}`)!.data, name);
      }),
    );
  });
  await trainer.fit(points, plan);
  await Promise.all(asked);
  t.is(asked.length, 9);
});

test('an error of a run that has failed does not end the next one', async (t) => {
  const trainer = makeTrainer();
  const warnings: string[] = [];
  trainer.on('warning', ({ code, message }) => warnings.push(`${code} ${message}`));
  const first = new Error('first');
  const undo = [
    trainer.on('step:end', () => {
      throw first;
    }),
    trainer.on('step:end', async () => {
      await delay(20);
      throw new Error('second');
    }),
    trainer.on('step:end', () => new Promise(() => undefined)),
  ];
  t.is(await t.throwsAsync(trainer.fit(points, plan)), first);
  undo.forEach((take) => take());
  trainer.on('epoch:end', () => delay(15));
  t.is((await trainer.fit(points, plan)).reason, 'completed');
  t.deepEqual(warnings, ["HANDLER_FAILED A handler of 'step:end' failed: second"]);
});

test('an error after the last step ends its own run', async (t) => {
  const trainer = makeTrainer();
  const mistake = new Error('while compiling');
  trainer.on('plan:compiled', ({ name }) => {
    if (name === 'evaluate') throw mistake;
  });
  t.is(await t.throwsAsync(trainer.fit(points, { ...plan, epochs: 1, validation: points })), mistake);
  t.is((await trainer.fit(points, { ...plan, epochs: 1, validation: points })).reason, 'completed');
});

test('a run that is aborted when nothing is left to do is complete', async (t) => {
  const places: (keyof TrainingEvents)[] = ['step:end', 'validation:start', 'validation:end', 'epoch:end'];
  for (const place of places) {
    const trainer = makeTrainer();
    const controller = new AbortController();
    trainer.on(place, (payload) => {
      const { epoch, stepInEpoch } = payload as TrainingEvents['step:end'];
      if (epoch === 2 && (place !== 'step:end' || stepInEpoch === 2)) controller.abort('late');
    });
    const result = await trainer.fit(points, { ...plan, validation: points, signal: controller.signal });
    t.deepEqual([result.reason, result.detail, trainer.step], ['completed', undefined, 9], place);
  }
});

test('handlers cannot change what a run has found out', async (t) => {
  const whole = makeTrainer();
  const { history } = await whole.fit(points, { ...plan, validation: points });
  const trainer = makeTrainer();
  for (const event of ['epoch:end', 'validation:end', 'fit:end'] as const)
    trainer.on(event, (payload) => {
      const {
        metrics,
        validation,
        figures,
        history: all,
      } = payload as never as Record<string, Record<string, unknown>>;
      for (const record of [metrics, validation, figures, all])
        if (record) Reflect.set(record, all ? 'length' : 'loss', 0);
    });
  t.deepEqual((await trainer.fit(points, { ...plan, validation: points })).history, history);
  t.deepEqual(trainer.history, history);
});

test('finishing a run with another number of epochs is said', async (t) => {
  const trainer = makeTrainer();
  const warnings: string[] = [];
  trainer.on('warning', ({ message }) => warnings.push(message));
  trainer.once('epoch:end', () => trainer.stop());
  await trainer.fit(points, plan);
  await trainer.fit(points, { ...plan, epochs: 4, validateEvery: 2 });
  t.is(warnings.length, 1);
  t.regex(warnings[0]!, /epochs was 3 and is 4; validateEvery was not given and is 2/);
});

test('a state that other versions of plugins have saved is taken with a word', async (t) => {
  const trainer = makeTrainer();
  const { metadata, tensors } = await trainer.state();
  const warnings: string[] = [];
  trainer.on('warning', ({ message }) => warnings.push(message));
  const plugins = metadata.plugins.map(({ name, version }) => ({
    name,
    version: name.includes('tiny') ? '0.9.0' : version,
  }));
  await trainer.restore({ metadata: { ...metadata, plugins }, tensors }, { source: 'old.safetensors' });
  t.is(warnings.length, 1);
  t.regex(warnings[0]!, /^old\.safetensors: saved with other versions.*tiny.* was 0\.9\.0 and is /);
});
