import test from 'ava';
import { expectTypeOf } from 'expect-type';
import { setTimeout as delay } from 'node:timers/promises';
import { every, TypedEvents, type HandlerFailure } from '../../src/events/index.js';
import { createTrainingEvents, type EpochEnd, type StepEnd, type Warning } from '../../src/training/index.js';

interface Noises {
  bang: { readonly volume: number };
  hush: { readonly reason: string };
}

const progress = { epoch: 0, step: 0, stepInEpoch: 0, epochs: 1, stepsPerEpoch: 1 };

test('handlers get the payload in the order of registration', async (t) => {
  const events = new TypedEvents<Noises>();
  const heard: string[] = [];
  events.on('bang', ({ volume }) => heard.push(`first ${volume}`));
  events.on('bang', ({ volume }) => heard.push(`second ${volume}`));
  events.on('hush', () => heard.push('hush'));
  await events.emitAndWait('bang', { volume: 3 });
  events.emitStep('bang', () => ({ volume: 4 }));
  t.deepEqual(heard, ['first 3', 'second 3', 'first 4', 'second 4']);
});

test('names and payloads are checked by the compiler', async (t) => {
  const events = new TypedEvents<Noises>();
  // @ts-expect-error -- there is no such event
  events.on('bnag', () => {});
  // @ts-expect-error -- the payload has no pitch
  events.on('bang', ({ pitch }) => pitch);
  // @ts-expect-error -- volume is a number
  await events.emitAndWait('bang', { volume: 'loud' });
  // @ts-expect-error -- a step's payload comes from a function
  t.notThrows(() => events.emitStep('hush', { reason: 'late' }));
  // @ts-expect-error -- payloads are readonly
  events.on('bang', (payload) => (payload.volume = 1));
  events.off('bang', () => {});
});

test('training events carry their own payloads', (t) => {
  const events = createTrainingEvents();
  events.on('step:end', (payload) => expectTypeOf(payload).toEqualTypeOf<StepEnd>());
  events.on(
    'step:end',
    every(100, ({ loss, metrics, step }) => {
      expectTypeOf(loss).toBeNumber();
      expectTypeOf(step).toBeNumber();
      expectTypeOf(metrics['accuracy']).toEqualTypeOf<number | undefined>();
    }),
  );
  events.once('epoch:end', async (payload) => expectTypeOf(payload).toEqualTypeOf<EpochEnd>());
  events.on('fit:end', ({ reason }) =>
    expectTypeOf(reason).toEqualTypeOf<'completed' | 'stopped' | 'aborted' | 'failed'>(),
  );
  // @ts-expect-error -- there is no such event
  t.throws(() => events.on('epoch:ende', () => {}), { message: /did you mean 'epoch:end'/ });
  // @ts-expect-error -- the loss of an epoch is metrics.loss
  events.on('epoch:end', ({ loss }) => loss);
  t.is(events.listenerCount('step:end'), 2);
});

test('a handler cannot change the payload for the next one', async (t) => {
  const events = new TypedEvents<Noises>();
  events.on('bang', (payload) => {
    (payload as { volume: number }).volume = 0;
  });
  let heard = 0;
  events.on('bang', ({ volume }) => (heard = volume));
  await t.throwsAsync(events.emitAndWait('bang', { volume: 9 }), { instanceOf: TypeError });
  t.is(heard, 9);
});

test('on returns its own undo, which leaves the same handler of others alone', async (t) => {
  const events = new TypedEvents<Noises>();
  let calls = 0;
  const handler = (): number => (calls += 1);
  const undo = events.on('bang', handler);
  events.on('bang', handler);
  undo();
  undo();
  await events.emitAndWait('bang', { volume: 1 });
  t.is(calls, 1);
});

test('off takes a handler away wherever it was put, once or not', async (t) => {
  const events = new TypedEvents<Noises>();
  const handler = (): void => t.fail();
  events.on('bang', handler);
  events.on('bang', handler);
  events.once('bang', handler);
  events.off('bang', handler);
  t.is(events.listenerCount('bang'), 0);
  await events.emitAndWait('bang', { volume: 1 });
});

test('once is called once', async (t) => {
  const events = new TypedEvents<Noises>();
  let calls = 0;
  events.once('bang', () => (calls += 1));
  const undo = events.once('bang', () => t.fail());
  undo();
  await events.emitAndWait('bang', { volume: 1 });
  await events.emitAndWait('bang', { volume: 1 });
  t.is(calls, 1);
});

test('every calls on each n-th event', (t) => {
  const events = new TypedEvents<Noises>();
  const heard: number[] = [];
  events.on(
    'bang',
    every(3, ({ volume }) => heard.push(volume)),
  );
  for (let volume = 1; volume <= 10; volume++) events.emitStep('bang', () => ({ volume }));
  t.deepEqual(heard, [3, 6, 9]);
  for (const interval of [0, -1, 1.5, NaN]) t.throws(() => every(interval, () => {}), { code: 'OPTIONS_INVALID' });
});

test('a boundary event waits for what its handlers return', async (t) => {
  const events = new TypedEvents<Noises>();
  const done: string[] = [];
  events.on('bang', async () => {
    await delay(5);
    done.push('slow');
  });
  events.on('bang', () => done.push('quick'));
  await events.emitAndWait('bang', { volume: 1 });
  t.deepEqual(done, ['quick', 'slow']);
});

test('of several failures of a boundary event the first handler’s is thrown, and all handlers have finished', async (t) => {
  const warned: HandlerFailure[] = [];
  const events = new TypedEvents<Noises>({ warn: (failure) => warned.push(failure) });
  const [first, second] = [new Error('first'), new Error('second')];
  let finished = 0;
  events.on('bang', async () => {
    await delay(5);
    throw first;
  });
  events.on('bang', () => {
    throw second;
  });
  events.on('bang', async () => {
    await delay(10);
    finished += 1;
  });
  t.is(await t.throwsAsync(events.emitAndWait('bang', { volume: 1 })), first);
  t.is(finished, 1);
  t.deepEqual(warned, [{ event: 'bang', error: second }]);
});

test('a step event neither throws nor waits: the failure is taken at the boundary', async (t) => {
  const warned: HandlerFailure[] = [];
  const events = new TypedEvents<Noises>({ warn: (failure) => warned.push(failure) });
  const [thrown, rejected] = [new Error('thrown'), new Error('rejected')];
  let reached = false;
  events.on('bang', () => {
    throw thrown;
  });
  const stopRejecting = events.on('bang', async () => {
    await delay(1);
    throw rejected;
  });
  events.on('bang', () => (reached = true));

  events.emitStep('bang', () => ({ volume: 1 }));
  t.true(reached);
  t.deepEqual(events.takeFailure(), { event: 'bang', error: thrown });
  t.is(events.takeFailure(), undefined);

  await events.settled();
  t.deepEqual(events.takeFailure(), { event: 'bang', error: rejected });

  stopRejecting();
  events.emitStep('bang', () => ({ volume: 1 }));
  events.emitStep('bang', () => ({ volume: 1 }));
  t.deepEqual(warned, [{ event: 'bang', error: thrown }], 'what is not thrown is warned about');
});

test('a thrown undefined is a failure, too', async (t) => {
  const events = new TypedEvents<Noises>();
  events.on('bang', () => {
    // oxlint-disable-next-line no-throw-literal -- users can
    throw undefined;
  });
  events.emitStep('bang', () => ({ volume: 1 }));
  t.deepEqual(events.takeFailure(), { event: 'bang', error: undefined });
  let threw = false;
  await events.emitAndWait('bang', { volume: 1 }).catch(() => (threw = true));
  t.true(threw);
});

test("with onHandlerError 'warn' the run goes on", async (t) => {
  const warned: unknown[] = [];
  const events = new TypedEvents<Noises>({ onHandlerError: 'warn', warn: ({ error }) => warned.push(error) });
  events.on('bang', () => {
    throw 'now';
  });
  events.on('bang', () => Promise.reject('later'));
  await events.emitAndWait('bang', { volume: 1 });
  events.emitStep('bang', () => ({ volume: 1 }));
  await events.settled();
  t.is(events.takeFailure(), undefined);
  t.deepEqual(warned, ['now', 'later', 'now', 'later']);
});

test('a step event costs nothing when nobody listens: its payload is not built', async (t) => {
  const events = new TypedEvents<Noises>();
  events.emitStep('bang', () => {
    t.fail();
    return { volume: 1 };
  });
  t.is(events.listenerCount('bang'), 0);
});

test("'error' is an event like any other", async (t) => {
  const events = createTrainingEvents();
  const error = new Error('diverged');
  await events.emitAndWait('error', { error });
  events.on('error', (payload) => t.is(payload.error, error));
  t.plan(1);
  await events.emitAndWait('error', { error });
});

test('failures that do not end a run are emitted as warnings', async (t) => {
  const events = createTrainingEvents({ onHandlerError: 'warn' });
  const warnings: Warning[] = [];
  events.on('warning', (warning) => warnings.push(warning));
  const error = new Error('disk full');
  events.on('epoch:start', () => Promise.reject(error));
  await events.emitAndWait('epoch:start', progress);
  t.deepEqual(warnings, [
    {
      code: 'HANDLER_FAILED',
      message: "A handler of 'epoch:start' failed: disk full",
      details: { event: 'epoch:start', error },
    },
  ]);
});

test.serial('a failing handler of warnings does not warn for ever', async (t) => {
  const { warn } = console;
  t.teardown(() => (console.warn = warn));
  let printed = 0;
  console.warn = () => (printed += 1);
  const events = createTrainingEvents({ onHandlerError: 'warn' });
  events.on('warning', () => Promise.reject(new Error('again')));
  events.on('epoch:start', () => Promise.reject(new Error('once')));
  await events.emitAndWait('epoch:start', progress);
  await events.settled();
  t.is(printed, 1);
});
