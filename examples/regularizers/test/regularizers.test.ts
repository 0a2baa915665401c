import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { experiment } from '@adjoint/experiment';
import { methods } from '../src/methods.js';
import { regularizers } from '../src/regularizers.js';
import { signOf, type MethodSummary } from '../src/summary.js';

const out = await mkdtemp(join(tmpdir(), 'adjoint-regularizers-'));
test.after.always(() => rm(out, { recursive: true }));

test('each regularizer is trained and compared with the plain network', async (t) => {
  const { figures } = (await experiment(regularizers, ['--smoke', '--out', out]))!;
  const summaries = figures['methods'] as MethodSummary[];
  t.deepEqual(
    summaries.map(({ name }) => name),
    methods.map(({ name }) => name),
  );
  for (const { name, testAccuracy, trainAccuracy, gap, calibrationError, validationLoss } of summaries) {
    for (const { mean, low, high } of [testAccuracy, trainAccuracy, gap, calibrationError])
      t.true(Number.isFinite(mean) && low <= mean && mean <= high, name);
    t.true(Math.abs(trainAccuracy.mean - testAccuracy.mean - gap.mean) < 1e-12, name);
    t.is(validationLoss.length, 2, name);
  }
  // What regularizes makes another network of the same seed; the plain one does not differ from itself.
  const [plain, ...others] = summaries.map(({ validationLoss }) => validationLoss.at(-1)!);
  t.deepEqual(summaries[0]!.gain, { mean: 0, low: 0, high: 0 });
  others.forEach((loss, i) =>
    t.is(loss === plain, summaries[i + 1]!.name === 'early stopping', summaries[i + 1]!.name),
  );
  t.deepEqual((await readdir(out)).sort(), [
    'regularizers-calibration.svg',
    'regularizers-epochs.svg',
    'regularizers-gap.svg',
    'regularizers.json',
    'regularizers.svg',
  ]);
});

test('a difference counts if its interval leaves out 0', (t) => {
  t.deepEqual(
    [
      [0.1, 0.3],
      [-0.1, 0.3],
      [-0.2, -0.1],
    ].map(([low, high]) => signOf({ mean: 0, low: low!, high: high! })),
    [1, 0, -1],
  );
});
