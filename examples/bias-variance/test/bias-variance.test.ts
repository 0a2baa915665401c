import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { RandomSource } from '@adjoint/core';
import { experiment } from '@adjoint/experiment';
import { Matrix } from 'ml-matrix';
import { definition } from '../src/bias-variance.js';
import { knownParts } from '../src/findings.js';
import { randomFeatures, smallestSolution, type AtCount } from '../src/random-features.js';

const out = await mkdtemp(join(tmpdir(), 'adjoint-bias-variance-'));
test.after.always(() => rm(out, { recursive: true }));

test('the smallest solution is that of the pseudoinverse', (t) => {
  // x + 2y = 5: (1, 2); and the line through (0, 1), (1, 3), (2, 5) as an overdetermined one.
  t.deepEqual(round(smallestSolution(new Matrix([[1, 2]]), new Matrix([[5]]))), [1, 2]);
  const line = new Matrix([
    [1, 0],
    [1, 1],
    [1, 2],
  ]);
  t.deepEqual(round(smallestSolution(line, Matrix.columnVector([1, 3, 5]))), [1, 2]);
});

test('linear features have the bias and variance that are known, and their error is greatest at the number of examples', (t) => {
  const plan = { inputs: 20, test: 200, repeats: 40, noise: 0 };
  const identity = (sum: number) => sum;
  for (const { count, bias2, variance } of randomFeatures(
    { ...plan, counts: [5, 10, 15], examples: 150, activation: identity },
    new RandomSource(1),
  )) {
    const known = knownParts(count, 20);
    t.true(Math.abs(variance - known.variance) < 0.06 && Math.abs(bias2 - known.bias2) < 0.06, String(count));
  }
  const [few, same, many] = randomFeatures(
    { ...plan, counts: [5, 20, 200], examples: 20, noise: 0.3, activation: (sum) => Math.max(sum, 0) },
    new RandomSource(1),
  ) as [AtCount, AtCount, AtCount];
  t.true(same.total > 2 * few.total && same.total > 2 * many.total);
  t.true(few.trainError > 0.01 && same.trainError < 1e-12 && many.trainError < 1e-12);
});

test('it runs: the parts sum to the error', async (t) => {
  const { figures } = (await experiment(definition, ['--smoke', '--out', out]))!;
  for (const name of ['tree', 'bagging']) {
    const { bias2, variance, noise, total } = figures[name] as Record<string, number>;
    t.true(Math.abs(bias2! + variance! + noise! - total!) < 1e-9, name);
    t.true(bias2! > 0 && variance! > 0 && noise === 0.01, name);
  }
  t.is((figures['widths'] as unknown[]).length, 2);
  const plots = ['bias-variance.json', 'bias-variance.svg', 'double-descent.svg', 'linear-features.svg'];
  t.deepEqual((await readdir(out)).sort(), plots);
});

function round(solution: Matrix): number[] {
  return solution.to1DArray().map((value) => Number(value.toFixed(10)));
}
