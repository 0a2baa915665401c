import test from 'ava';
import {
  defineEnsemble,
  defineLayer,
  defineLogger,
  definePlugin,
  type App,
  type Ensemble,
  type FitOptions,
  type JobResult,
  type MemberProgress,
  type NamesOf,
} from '../../src/index.js';
import { count, object } from '../../src/registry/options/index.js';
import { points, tinyApp } from '../tiny.js';

const mean = defineEnsemble({
  options: object({ members: count }),
  create: ({ members: wanted }) => ({
    async fit({ base, train }) {
      const members: JobResult[] = [];
      for (let i = 0; i < wanted; i++) {
        // Member i sees the first i + 2 examples only.
        const indices = Int32Array.from({ length: i + 2 }, (_, example) => example);
        members.push(await train({ train: { ...base.train, indices } }, { count: wanted }));
      }
      return { members, combine: 'tiny/average' };
    },
  }),
});

const average = defineLayer({
  options: object({}),
  create: () => ({
    build: () => (outputs) => outputs.reduce((sum, output) => sum.add(output)).mul(1 / outputs.length),
  }),
});

const layer = { 'tiny/average': average };
const ensembles = definePlugin({
  name: '@tiny/ensembles',
  version: '1.0.0',
  layer,
  ensemble: { 'tiny/mean': mean },
});

declare module '../../src/index.js' {
  interface Layers extends NamesOf<typeof layer> {}
  interface Ensembles extends NamesOf<typeof ensembles.ensemble> {}
}

test('members are trained in turn on their own data and used as one', async (t) => {
  const app = tinyApp().use(ensembles);
  const model = app.sequential({ input: [2] }, [{ 'tiny/dense': { units: 1 } }]);
  const ensemble = app.ensemble(model, {
    strategy: { 'tiny/mean': { members: 3 } },
    trainer: { loss: 'tiny/squared', optimizer: 'tiny/sgd', metrics: ['tiny/absolute'] },
    seed: 4,
  });
  const heard: number[] = [];
  ensemble.on('ensemble:member', ({ index, count: members }) => heard.push(index, members ?? 0));
  const results = await ensemble.fit(points, { epochs: 2, batchSize: 'full' });
  t.deepEqual(heard, [0, 3, 1, 3, 2, 3]);
  t.deepEqual(
    results.map(({ history }) => history[0]!.metrics['absolute/count']),
    [2, 3, 4],
  );

  const batch = await points.batch(Int32Array.from({ length: 10 }, (_, i) => i));
  const apart = await Promise.all(ensemble.members.map((member) => member.predict(points)));
  t.notDeepEqual(apart[0]!.data, apart[1]!.data);
  const together = await ensemble.predict(points);
  t.deepEqual(together.shape, [10, 1]);
  const expected = Array.from({ length: 10 }, (_, i) => apart.reduce((sum, { data }) => sum + data[i]!, 0) / 3);
  expected.forEach((value, i) => t.true(Math.abs(together.data[i]! - value) < 1e-6));

  const { loss } = await ensemble.evaluate(points, { batchSize: 4 });
  const error = expected.reduce((sum, value, i) => sum + (value - batch.targets[0]!.data[i]!) ** 2, 0) / 10;
  t.true(Math.abs(loss! - error) < 1e-5);
});

/** Members that do not depend on each other, asked for together. */
const together = defineEnsemble({
  options: object({}),
  create: () => ({
    async fit({ base, train, trainAll }) {
      const parts = [2, 3, 4].map((size) => ({
        ...base.train,
        indices: Int32Array.from({ length: size }, (_, i) => i),
      }));
      const [first, ...others] = parts.map((data) => ({ train: data }));
      return {
        members: [await train(first, { weight: 5 }), ...(await trainAll(others, { weights: [6, 7] }))],
        combine: 'tiny/average',
      };
    },
  }),
});
const togetherPlugin = definePlugin({
  name: '@tiny/together',
  version: '1.0.0',
  ensemble: { 'tiny/together': together },
});

test('members that are asked for together are those that would be trained in turn, also after an interruption', async (t) => {
  const make = (app: App, strategy: unknown): Ensemble => {
    const model = app.sequential({ input: [2] }, [{ 'tiny/dense': { units: 1 } }]);
    const loggers = ['tiny/aborting' as never];
    const trainer = { loss: 'tiny/squared', optimizer: 'tiny/momentum', loggers } as const;
    return app.ensemble(model, { strategy: strategy as never, trainer, seed: 4 });
  };
  const plan: FitOptions = { epochs: 2, batchSize: 'full' };
  const told: unknown[] = [];
  const onProgress = ({ job, count: members, event, payload }: MemberProgress): void =>
    void told.push([job, members, event, payload.epochs]);
  const want = await make(abortingApp(-1, 0).app, { 'tiny/mean': { members: 3 } }).fit(points, { ...plan, onProgress });
  t.deepEqual(
    told.splice(0),
    [0, 1, 2].flatMap((job) => ['fit:start', 'epoch:end', 'epoch:end', 'fit:end'].map((event) => [job, 3, event, 2])),
  );
  const { app, signal } = abortingApp(1, 0);
  const ensemble = make(app.use(togetherPlugin), 'tiny/together');
  const heard: unknown[] = [];
  ensemble.on('ensemble:member', ({ index, count: members, weight }) => heard.push([index, members, weight]));
  const broken = await ensemble.fit(points, { ...plan, signal });
  t.deepEqual(
    broken.map(({ reason }) => reason),
    ['completed', 'aborted'],
  );
  t.deepEqual(await ensemble.fit(points, { ...plan, onProgress }), want);
  // The first member was finished before.
  t.deepEqual([...new Set(told.map((progress) => (progress as [number])[0]))], [1, 2]);
  t.deepEqual(heard, [
    [0, undefined, 5],
    [1, 2, 6],
    [1, 2, 6],
    [2, 2, 7],
  ]);
});

/** Aborts when a member, counted from all runs of the app, is about to do a step. */
function abortingApp(member: number, step: number): { app: App; signal: AbortSignal; epochs: string[] } {
  const controller = new AbortController();
  const epochs: string[] = [];
  let runs = 0;
  const aborting = defineLogger({
    options: object({}),
    create: () => ({
      attach(run) {
        const own = runs++;
        run.on('step:end', (at) => void (own === member && at.step === step && controller.abort()));
        run.on('epoch:end', ({ epoch }) => void epochs.push(`${own}:${epoch}`));
      },
    }),
  });
  const plugin = definePlugin({ name: '@tiny/aborting', version: '1.0.0', logger: { 'tiny/aborting': aborting } });
  return { app: tinyApp().use(ensembles).use(plugin), signal: controller.signal, epochs };
}

function ensembleOf(app: App): Ensemble {
  const model = app.sequential({ input: [2] }, [{ 'tiny/dense': { units: 1 } }]);
  return app.ensemble(model, {
    strategy: { 'tiny/mean': { members: 3 } },
    trainer: {
      loss: 'tiny/squared',
      optimizer: { 'tiny/momentum': { learningRate: 0.02 } },
      loggers: ['tiny/aborting' as never],
    },
    seed: 4,
  });
}

test('an interrupted ensemble goes on with its member, leaves those before it, and has the same bits', async (t) => {
  const plan: FitOptions = { epochs: 3, batchSize: 2 };
  const want = await ensembleOf(abortingApp(-1, 0).app).fit(points, plan);
  // The second member has two steps an epoch: its second epoch is broken off.
  const { app, signal, epochs } = abortingApp(1, 2);
  const ensemble = ensembleOf(app);
  const heard: number[] = [];
  ensemble.on('ensemble:member', ({ index }) => heard.push(index));
  const broken = await ensemble.fit(points, { ...plan, signal });
  t.deepEqual(
    broken.map(({ reason }) => reason),
    ['completed', 'aborted'],
  );
  t.throws(() => ensemble.model, { code: 'OPTIONS_INVALID' });

  const finished = await ensemble.fit(points, plan);
  t.deepEqual(epochs, ['0:0', '0:1', '0:2', '1:0', '2:1', '2:2', '3:0', '3:1', '3:2']);
  t.deepEqual(heard, [0, 1, 1, 2]);
  t.deepEqual(finished, want);
  t.is(ensemble.members.length, 3);

  // A second run begins anew; so does one with another plan.
  const again = await ensemble.fit(points, { ...plan, epochs: 1 });
  t.deepEqual(
    again.map(({ history }) => history.length),
    [1, 1, 1],
  );
});

test('jobs that are aborted say where they stand, and go on from there', async (t) => {
  const { app, signal } = abortingApp(1, 3);
  const { composition } = app.sequential({ input: [2] }, [{ 'tiny/dense': { units: 1 } }]);
  const loggers = ['tiny/aborting' as never];
  const trainer = { loss: 'tiny/squared', optimizer: { 'tiny/momentum': { learningRate: 0.02 } }, loggers } as const;
  const jobs = [1, 2, 3].map((seed) => ({
    composition,
    seed,
    trainer,
    fit: { epochs: 3, batchSize: 4 } as const,
    train: { data: points },
  }));
  const broken = await collect(app.run(jobs, { signal }));
  t.deepEqual(
    broken.map(({ reason, state }) => [reason, state?.metadata.step]),
    [
      ['completed', undefined],
      ['aborted', 4],
    ],
  );
  const want = await collect(abortingApp(-1, 0).app.run(jobs));
  const state = broken[1]!.state!;
  t.deepEqual(await collect(abortingApp(-1, 0).app.run([{ ...jobs[1]!, state }])), [want[1]!]);
});

async function collect(results: AsyncIterable<JobResult>): Promise<JobResult[]> {
  const all: JobResult[] = [];
  for await (const result of results) all.push(result);
  return all;
}
