import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { experiment } from '@adjoint/experiment';
import { batchSize } from '../src/batch-size.js';

interface Figures {
  readonly regression: { readonly distances: readonly number[] };
  readonly noise: readonly { readonly batchSize: number; readonly measured: number; readonly predicted: number }[];
  readonly effort: {
    readonly taken: readonly { readonly batchSize: number; readonly updates: number; readonly epochs: number }[];
  };
  readonly runs: readonly {
    readonly arms: readonly {
      readonly updates: number;
      readonly train: Readonly<Record<string, number>>;
      readonly test: Readonly<Record<string, number>>;
      readonly sharpness: Readonly<Record<string, number>>;
    }[];
    readonly slice: Readonly<
      Record<string, { readonly at: readonly number[]; readonly figures: readonly { readonly loss: number }[] }>
    >;
  }[];
}

// About 3 s.
test('noise falls as sampling says, and minima, sharpness and slice are measured', async (t) => {
  const out = await mkdtemp(join(tmpdir(), 'adjoint-batch-size-'));
  t.teardown(() => rm(out, { recursive: true }));
  await experiment(batchSize, ['--smoke', '--out', out]);

  const { figures } = JSON.parse(await readFile(join(out, 'batch-size.json'), 'utf8')) as { figures: Figures };
  // The smallest batch is one example, the largest is all of them.
  for (const { batchSize: size, measured, predicted } of figures.noise)
    t.true(Math.abs(measured - predicted) <= 0.15 * predicted + 1e-5, `${size}: ${measured} and ${predicted}`);
  t.is(figures.noise.at(-1)?.predicted, 0);
  for (const { batchSize: size, updates, epochs } of figures.effort.taken)
    t.true(Math.abs(epochs - (updates * size) / 128) < 1e-3 * epochs);
  t.true(figures.effort.taken.length > 0);

  const { arms, slice } = figures.runs[0]!;
  t.deepEqual(
    arms.map(({ updates }) => updates),
    [60, 20, 60],
  );
  for (const { train, test: tested, sharpness } of arms) {
    t.true(Number.isFinite(train['loss']) && tested['accuracy']! > 0);
    // A larger box has a larger maximum.
    t.true(sharpness['1e-3']! > sharpness['5e-4']! && sharpness['5e-4']! > 0);
  }
  for (const { at, figures: along } of Object.values(slice)) {
    t.deepEqual(at, [-1, 0, 1, 2]);
    t.true(along.every(({ loss }) => Number.isFinite(loss)));
  }
  t.deepEqual(
    (await readdir(out)).sort(),
    ['effort', 'noise', 'paths'].map((name) => `batch-size-${name}.svg`).concat('batch-size.json', 'batch-size.svg'),
  );
});
