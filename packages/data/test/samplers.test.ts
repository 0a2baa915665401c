import test from 'ava';
import { App, RandomSource, type Choice, type Sampler } from '@adjoint/core';
import { dataset, samplers } from '../src/index.js';
import { numbered, refuses } from './support.js';

const app = new App({ plugins: [samplers] });
const create = (choice: Choice<'sampler'>): Sampler => app.registry.create('sampler', choice);

/** The batches of an epoch. */
async function epoch(sampler: Sampler, data: Parameters<Sampler['batches']>[0], seed: number, batchSize = 10) {
  const random = new RandomSource(seed);
  return [...(await sampler.batches(data, { epoch: 0, batchSize, random }))].map((indices) => [...indices]);
}

/** 900 examples of class 0, 90 of class 1 and 10 of class 2. */
const labels = Int32Array.from({ length: 1000 }, (_, i) => (i < 900 ? 0 : i < 990 ? 1 : 2));
const skewed = dataset({ inputs: { data: new Float32Array(1000), shape: [1000, 1] }, targets: { data: labels } });

test('balanced: every class is drawn as often as any other', async (t) => {
  const drawn = (await epoch(create('balanced'), skewed, 1)).flat();
  t.is(drawn.length, 1000);
  for (const label of [0, 1, 2]) {
    const count = drawn.filter((index) => labels[index] === label).length;
    // The standard deviation of a binomial count with p = 1/3 is 14.9.
    t.true(Math.abs(count - 1000 / 3) < 60, `class ${label} was drawn ${count} times`);
  }
});

test('weighted: an example is drawn in proportion to its weight, and never with weight 0', async (t) => {
  const weights = Array.from({ length: 10 }, (_, i) => i % 5);
  const data = numbered(10);
  const counts = new Float64Array(10);
  for (let seed = 0; seed < 1000; seed++)
    for (const index of (await epoch(create({ weighted: { weights } }), data, seed)).flat()) counts[index]! += 1;
  weights.forEach((weight, i) =>
    t.true(Math.abs(counts[i]! - 500 * weight) < 200, `${i} was drawn ${counts[i]} times`),
  );
  t.is(counts[0], 0);
  await refuses(t, () => epoch(create({ weighted: { weights: [1] } }), data, 1), 'OPTIONS_INVALID', /1 weights for 10/);
});

test('bucketed: every example once, in batches of like lengths', async (t) => {
  const lengths = Array.from({ length: 95 }, (_, i) => (37 * i) % 95);
  const batches = await epoch(create({ bucketed: { lengths } }), numbered(95), 3);
  t.deepEqual(
    batches.flat().sort((a, b) => a - b),
    Array.from({ length: 95 }, (_, i) => i),
  );
  t.is(batches.length, 10);
  for (const batch of batches) {
    const own = batch.map((index) => lengths[index]!);
    t.true(Math.max(...own) - Math.min(...own) < 10);
  }
});

test('an epoch is a function of the seed', async (t) => {
  const lengths = Array.from({ length: 1000 }, (_, i) => i);
  for (const choice of ['balanced', { weighted: { weights: lengths } }, { bucketed: { lengths } }] as const) {
    const first = await epoch(create(choice), skewed, 5);
    t.deepEqual(await epoch(create(choice), skewed, 5), first);
    t.notDeepEqual(await epoch(create(choice), skewed, 6), first);
    t.is(create(choice).batchesPerEpoch?.(skewed, 10), first.length);
  }
});
