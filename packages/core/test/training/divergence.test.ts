import test from 'ava';
import { definePlugin, type TrainingEvents } from '../../src/index.js';
import { examples, points, tinyApp } from '../tiny.js';

const plan = { epochs: 3, batchSize: 5 };

/** What a call writes to the console as warnings. */
async function warned(work: () => Promise<unknown>): Promise<string[]> {
  const lines: string[] = [];
  const { warn } = console;
  console.warn = (...parts: unknown[]) => void lines.push(parts.map(String).join(' '));
  try {
    await work();
  } finally {
    console.warn = warn;
  }
  return lines;
}

function trainerWith(learningRate: number) {
  const app = tinyApp();
  const model = app.sequential({ input: [2] }, [{ 'tiny/dense': { units: 1 } }]);
  return app.trainer(model, { loss: 'tiny/squared', optimizer: { 'tiny/sgd': { learningRate } } });
}

test.serial('a run that diverges says so once on the console where nobody listens, and in its result', async (t) => {
  const trainer = trainerWith(1e30);
  const lines = await warned(async () => {
    const { reason, diverged } = await trainer.fit(points, plan);
    t.is(reason, 'completed');
    t.is(diverged?.what, 'loss');
    t.is(diverged?.step, 1);
    t.false(Number.isFinite(diverged?.value));
  });
  t.is(lines.length, 1);
  t.regex(lines[0]!, /NON_FINITE: The run diverges: the loss is \S+ at step 1/);
});

test.serial('whoever listens for warnings is told instead, once in each run', async (t) => {
  const trainer = trainerWith(1e30);
  const codes: string[] = [];
  trainer.on('warning', ({ code }) => codes.push(code));
  const lines = await warned(async () => {
    await trainer.fit(points, plan);
    await trainer.fit(points, plan);
  });
  t.deepEqual([codes, lines], [['NON_FINITE', 'NON_FINITE'], []]);
});

test.serial('weights that the last update has spoilt are noticed although every loss was finite', async (t) => {
  const trainer = trainerWith(3e38);
  const one = examples([[1e4, 1e4]], [1e4]);
  let ended: TrainingEvents['fit:end'] | undefined;
  trainer.on('fit:end', (end) => (ended = end));
  const lines = await warned(async () => {
    const { diverged } = await trainer.fit(one, { epochs: 1, batchSize: 1 });
    t.is(diverged?.what, "parameter 'dense/weight'");
  });
  t.is(lines.length, 1);
  t.is(ended?.diverged?.step, 0);
});

test.serial('a run that does not diverge says nothing', async (t) => {
  const trainer = trainerWith(0.01);
  t.deepEqual(await warned(async () => t.false('diverged' in (await trainer.fit(points, plan)))), []);
});

/** Changes all that can be reached from a value. */
function spoil(value: unknown): void {
  if (typeof value !== 'object' || value === null || value instanceof Error) return;
  if (ArrayBuffer.isView(value)) {
    (value as Float64Array).fill(-1);
    return;
  }
  for (const key of Object.keys(value)) {
    spoil((value as Record<string, unknown>)[key]);
    try {
      delete (value as Record<string, unknown>)[key];
    } catch {
      // Frozen, as it should be.
    }
  }
}

test('whatever handlers do to what they are shown, a run gives the same', async (t) => {
  const run = async (meddle: boolean): Promise<unknown> => {
    const app = tinyApp();
    const model = app.sequential({ input: [2] }, [{ 'tiny/dense': { units: 1 } }]);
    const trainer = app.trainer(model, {
      loss: 'tiny/squared',
      optimizer: 'tiny/momentum',
      metrics: ['tiny/absolute'],
    });
    const events = [
      'fit:start',
      'epoch:start',
      'step:start',
      'step:end',
      'validation:start',
      'validation:end',
      'epoch:end',
      'fit:end',
      'plan:compiled',
    ] as const;
    if (meddle) for (const event of events) trainer.on(event, spoil);
    const result = await trainer.fit(points, { ...plan, validation: points, validateEvery: 1 });
    return { result, history: trainer.history, weights: await trainer.weights() };
  };
  t.deepEqual(await run(true), await run(false));
});

test('events of a plugin are known by the names that it states', (t) => {
  const searching = definePlugin({ name: '@odd/search', version: '1.0.0', events: ['search:trial'] });
  const app = tinyApp({ plugins: [searching] });
  const model = app.sequential({ input: [2] }, [{ 'tiny/dense': { units: 1 } }]);
  const trainer = app.trainer(model, { loss: 'tiny/squared', optimizer: 'tiny/sgd' });
  const heard: unknown[] = [];
  trainer.on('search:trial' as never, (payload) => heard.push(payload));
  trainer.events.emitStep('search:trial' as never, () => ({ trial: 1 }) as never);
  t.deepEqual(heard, [{ trial: 1 }]);
  t.throws(() => trainer.on('search:trail' as never, () => 1), { message: /did you mean 'search:trial'/ });
});
