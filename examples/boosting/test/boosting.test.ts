import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { RandomSource } from '@adjoint/core';
import { experiment } from '@adjoint/experiment';
import { definition } from '../src/boosting.js';
import { spheres } from '../src/spheres.js';

const out = await mkdtemp(join(tmpdir(), 'adjoint-boosting-'));
test.after.always(() => rm(out, { recursive: true }));

test('half of the points lie within', async (t) => {
  const { targets } = await spheres(4000, new RandomSource(1)).batch(Int32Array.from({ length: 4000 }, (_, i) => i));
  const outside = Array.from(targets[0]!.data).reduce((sum, label) => sum + label, 0) / 4000;
  // Four standard deviations of the mean of 4,000 coins.
  t.true(Math.abs(outside - 0.5) < 0.032, String(outside));
});

test('it runs: an unlimited tree knows its points by heart, and five stumps know more than one', async (t) => {
  const { figures, published } = (await experiment(definition, ['--smoke', '--out', out]))!;
  const { largeTree, stumps } = figures as Record<string, { train: number; test: number; testErrors: number[] }>;
  t.is(largeTree!.train, 0);
  t.true(largeTree!.test > 0.1 && largeTree!.test < 0.5);
  t.is(stumps!.testErrors.length, 5);
  t.true(stumps!.train < 0.5 && stumps!.test < 0.6);
  t.false(JSON.stringify(published).includes('null'));
  t.deepEqual((await readdir(out)).sort(), ['boosting.json', 'boosting.svg']);
});
