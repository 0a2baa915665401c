import test from 'ava';
import { defineEnsemble, defineLayer, definePlugin, type JobResult, type NamesOf } from '../../src/index.js';
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
