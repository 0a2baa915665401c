import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { experiment } from '@adjoint/experiment';
import { generalization } from '../src/generalization.js';

const out = await mkdtemp(join(tmpdir(), 'adjoint-generalization-'));
test.after.always(() => rm(out, { recursive: true }));

interface Figures {
  readonly capacity: readonly { readonly units: number; readonly train: { readonly mean: number } }[];
  readonly epochs: { readonly train: readonly number[]; readonly test: readonly number[]; readonly best: number };
  readonly learningCurve: readonly { readonly size: number; readonly test: { readonly mean: number } }[];
  readonly crossValidation: { readonly folds: readonly number[]; readonly mean: number; readonly test: number };
  readonly search: {
    readonly trials: readonly { readonly status: string; readonly value?: number }[];
    readonly best: number;
  };
}

test('curves, folds and a search have their figures, and plots are written', async (t) => {
  const { figures, published } = (await experiment(generalization, ['--smoke', '--out', out]))!;
  const { capacity, epochs, learningCurve, crossValidation, search } = figures as unknown as Figures;
  t.deepEqual(
    capacity.map(({ units }) => units),
    [1, 16],
  );
  // One unit cannot tell ten classes apart as sixteen can.
  t.true(capacity[1]!.train.mean < capacity[0]!.train.mean);
  t.is(epochs.train.length, 4);
  t.is(epochs.test[epochs.best - 1], Math.min(...epochs.test));
  t.deepEqual(
    learningCurve.map(({ size }) => size),
    [15, 30],
  );
  const { folds, mean } = crossValidation;
  t.true(Math.abs(folds.reduce((sum, fold) => sum + fold, 0) / 2 - mean) < 1e-12);
  t.true(crossValidation.test >= 0 && crossValidation.test <= 1);
  t.is(search.trials.length, 3);
  t.is(search.trials[search.best]!.value, Math.max(...search.trials.map(({ value }) => value!)));
  t.is(published[0]!.published, 0.92357);
  t.deepEqual((await readdir(out)).sort(), [
    'generalization-cross-validation.svg',
    'generalization-epochs.svg',
    'generalization-learning-curve.svg',
    'generalization-search.svg',
    'generalization.json',
    'generalization.svg',
  ]);
});
