import test from 'ava';
import {
  defineLogger,
  definePlugin,
  ENGINE,
  EVENTS,
  RANDOM,
  RandomSource,
  type Engine,
  type NamesOf,
  type TrainingEvents,
  type TypedEvents,
} from '../../src/index.js';
import { object } from '../../src/registry/options/index.js';
import { points, tinyApp } from '../tiny.js';

const found: { engine?: Engine; events?: TypedEvents<TrainingEvents>; random?: RandomSource } = {};

const spy = defineLogger({
  options: object({}),
  create(_, { resolve }) {
    Object.assign(found, { engine: resolve(ENGINE), events: resolve(EVENTS), random: resolve(RANDOM) });
    return { attach() {} };
  },
});

const plugin = definePlugin({ name: '@tiny/spy', version: '1.0.0', logger: { 'tiny/spy': spy } });

declare module '../../src/index.js' {
  interface Loggers extends NamesOf<typeof plugin.logger> {}
}

test('what a trainer creates may ask for its engine, events and random source', async (t) => {
  const app = tinyApp().use(plugin);
  const model = app.sequential({ input: [2] }, [{ 'tiny/dense': { units: 1 } }]);
  const trainer = app.trainer(model, { loss: 'tiny/squared', optimizer: 'tiny/sgd', loggers: ['tiny/spy'], seed: 9 });
  t.is(found.engine, app.engine);
  t.is(found.events, trainer.events);
  t.deepEqual(found.random?.state, new RandomSource(9).state);
  let steps = 0;
  found.events?.on('step:end', () => steps++);
  await trainer.fit(points, { epochs: 1, batchSize: 5 });
  t.is(steps, 2);
  // They belong to the trainer: the app itself has neither.
  t.throws(() => app.registry.services.resolve(EVENTS), { code: 'SERVICE_MISSING' });
});
