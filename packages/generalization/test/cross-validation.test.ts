import test from 'ava';
import { wasm } from '@adjoint/backend-wasm';
import { createApp, readTargets, type App, type Job, type Trainer } from '@adjoint/core';
import { dataset } from '@adjoint/data';
import { layers } from '@adjoint/layers';
import { losses } from '@adjoint/losses';
import { metrics } from '@adjoint/metrics';
import { optimizers } from '@adjoint/optimizers';
import { near } from '@adjoint/reference-values';
import {
  biasVariance,
  compareJobs,
  crossValidate,
  fitReport,
  fiveByTwoTest,
  kFold,
  learningCurve,
  nested,
  nestedCrossValidate,
  partOf,
  repeated,
  stratifiedKFold,
  validationCurve,
  type RunOptions,
  type SingleRun,
} from '../src/index.js';

const y = [3, -1, 4, 1, -5, 9, 2, -6, 5, 3, 5, 8];

let app: App;
test.before(() => {
  app = createApp({ plugins: [wasm, layers, losses, metrics, optimizers] });
});
test.after.always(() => app.close());

const numbers = (values: readonly number[]) =>
  dataset({
    inputs: { data: new Float32Array(values.length), shape: [values.length, 1] },
    targets: { data: Float32Array.from(values), shape: [values.length, 1] },
  });

/** One step of gradient descent on squared error sets the bias to the mean of the targets (rate ½), or halfway (¼). */
const meanJob = (change: Partial<Job> = {}, learningRate = 0.5): Job => ({
  composition: app.sequential({ input: [1] }, [{ dense: { units: 1, initializer: 'zeros' } }]).composition,
  seed: 1,
  trainer: { loss: 'meanSquaredError', optimizer: { sgd: { learningRate } } },
  fit: { epochs: 1, batchSize: 'full' },
  train: { data: numbers(y) },
  ...change,
});

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const at = (indices: Int32Array): number[] => Array.from(indices, (i) => y[i]!);
const squaredError = (values: readonly number[], prediction: number): number =>
  mean(values.map((value) => (value - prediction) ** 2));

test('cross-validation measures each fold with the weights of the others', async (t) => {
  const splits = kFold(y.length, { folds: 4, seed: 1 });
  const { folds, train, test: held } = await crossValidate(app, meanJob(), splits);
  const wanted = splits.map((split) => squaredError(at(split.test), mean(at(split.train))));
  near(t, [...held['loss']!.values], wanted, 1e-5);
  near(t, held['loss']!.mean, mean(wanted), 1e-5);
  const deviation = Math.sqrt(wanted.reduce((sum, value) => sum + (value - mean(wanted)) ** 2, 0) / 3);
  near(t, held['loss']!.deviation, deviation, 1e-5);
  near(
    t,
    [...train['loss']!.values],
    splits.map((split) => squaredError(at(split.train), mean(at(split.train)))),
    1e-5,
  );
  for (const [i, fold] of folds.entries()) {
    t.deepEqual(fold.test, splits[i]!.test);
    near(t, fold.result.history[0]!.validation!['loss']!, wanted[i]!, 1e-5);
  }
});

test('splits number the examples of a view, with its targets', async (t) => {
  const indices = Int32Array.of(9, 7, 5, 3, 1, 0);
  const targets = { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [6, 1], dtype: 'float32' as const };
  const part = partOf(
    { data: numbers(y), indices, targets, weights: Float32Array.of(1, 2, 3, 4, 5, 6) },
    Int32Array.of(4, 1),
  );
  t.deepEqual(part.indices, Int32Array.of(1, 7));
  t.deepEqual([...part.targets!.data, ...part.weights!], [5, 2, 5, 2]);
  const { test: held } = await crossValidate(app, meanJob({ train: { data: numbers(y), indices, targets } }), [
    { train: Int32Array.of(0, 1), test: Int32Array.of(5) },
  ]);
  near(t, held['loss']!.mean, (6 - 1.5) ** 2, 1e-6);
});

test('a share of the training part may be held back to validate on', async (t) => {
  const { folds } = await crossValidate(app, meanJob(), kFold(12, { folds: 2 }), { validationShare: 0.5 });
  for (const { figures, result, train } of folds) {
    // Three of six to train on: their mean is what the weights say.
    const bias = result.weights.get('dense/bias')!.data[0]!;
    const sums = new Set<string>();
    for (let a = 0; a < 6; a++)
      for (let b = 0; b < a; b++)
        for (let c = 0; c < b; c++) sums.add(mean(at(train.filter((_, i) => [a, b, c].includes(i)))).toFixed(4));
    t.true(sums.has(bias.toFixed(4)));
    t.not(result.history[0]!.validation!['loss'], figures.test['loss']);
  }
  await t.throwsAsync(crossValidate(app, meanJob(), kFold(12), { validationShare: 1 }), { code: 'OPTIONS_INVALID' });
  await t.throwsAsync(crossValidate(app, meanJob(), []), { code: 'OPTIONS_INVALID' });
});

test('what is aborted has no figures', async (t) => {
  const controller = new AbortController();
  const options = {
    signal: controller.signal,
    onTrainer: (trainer: Trainer) => void trainer.on('fit:start', () => controller.abort(new Error('enough'))),
  };
  await t.throwsAsync(crossValidate(app, meanJob(), kFold(12), options), { message: 'enough' });
  const resampling = { loss: 'squared', test: { data: numbers([1]) }, seed: 1, ...options } as const;
  await t.throwsAsync(biasVariance(app, meanJob(), resampling), { message: 'enough' });
});

test('learning curves train on nested parts of growing size', async (t) => {
  const splits = kFold(12, { folds: 3, seed: 1 });
  const points = await learningCurve(app, meanJob(), splits, { shares: [0.25, 1], seed: 2 });
  t.deepEqual(
    points.map(({ size }) => size),
    [2, 8],
  );
  for (const [i, split] of splits.entries()) {
    const [small, whole] = points.map(({ folds }) => folds[i]!);
    t.true([...small!.train].every((example) => whole!.train.includes(example)));
    t.deepEqual(whole!.train, split.train);
    near(t, small!.figures.test['loss']!, squaredError(at(split.test), mean(at(small!.train))), 1e-5);
  }
  await t.throwsAsync(learningCurve(app, meanJob(), splits, { shares: [2], seed: 1 }), { code: 'OPTIONS_INVALID' });
});

test('validation curves and nested cross-validation find the better rate', async (t) => {
  const splits = kFold(12, { folds: 3, seed: 1 });
  const curve = await validationCurve(app, [0, 0.5], (rate) => meanJob({}, rate), splits);
  near(t, curve[0]!.train['loss']!.mean, mean(splits.map(({ train }) => squaredError(at(train), 0))), 1e-5);
  t.true(curve[1]!.train['loss']!.mean < curve[0]!.train['loss']!.mean);

  const whole = nested(kFold(12, { folds: 2, seed: 3 }), ({ length }) => kFold(length, { folds: 3 }));
  const jobs = [meanJob({}, 0), meanJob({}, 0.5)];
  const { chosen, folds } = await nestedCrossValidate(app, jobs, whole);
  for (const [i, { inner, train, test: held }] of whole.entries()) {
    const costOf = (share: number) =>
      mean(inner.map((split) => squaredError(at(split.test), share * mean(at(split.train)))));
    const best = costOf(1) < costOf(0) ? 1 : 0;
    t.is(chosen[i], best);
    near(t, folds[i]!.figures.test['loss']!, squaredError(at(held), best * mean(at(train))), 1e-5);
  }
  await t.throwsAsync(nestedCrossValidate(app, [], whole), { code: 'OPTIONS_INVALID' });
  await t.throwsAsync(nestedCrossValidate(app, jobs, whole, { figure: 'accuracy' }), {
    code: 'OPTIONS_INVALID',
    message: /no figure 'accuracy'; the runs have loss/,
  });
});

test('two jobs are compared on five rounds of two halves', async (t) => {
  const found = await compareJobs(app, meanJob({}, 0), meanJob({}, 0.5), { seed: 1 });
  const same = await compareJobs(app, meanJob({}, 0.5), meanJob({}, 0.5), { seed: 1 });
  const differences = repeated({ rounds: 5, seed: 1 }, (seed) => kFold(12, { folds: 2, seed })).map(
    (split) => squaredError(at(split.test), 0) - squaredError(at(split.test), mean(at(split.train))),
  );
  const pairs = [0, 2, 4, 6, 8].map((i) => [differences[i]!, differences[i + 1]!] as const);
  const wanted = fiveByTwoTest(pairs);
  near(t, [found.difference, found.t, found.p, found.f], [wanted.difference, wanted.t, wanted.p, wanted.f], 1e-4);
  t.is(same.difference, 0);
  const classes = Int32Array.from(y, (value) => Number(value > 2));
  t.true((await compareJobs(app, meanJob(), meanJob({}, 0.25), { seed: 1, classes })).p <= 1);
});

test('bias and variance of the mean are those of the formula', async (t) => {
  const samples = [
    [0, 1],
    [2, 3, 4],
    [5, 6],
  ].map((rows) => ({ data: numbers(y), indices: Int32Array.from(rows) }));
  const test_ = { data: numbers([1, 4]) };
  const found = await biasVariance(app, meanJob(), { loss: 'squared', test: test_, samples, seed: 1, noise: 0.5 });
  const means = [1, 0, 5.5];
  const bias2 = mean([(mean(means) - 1) ** 2, (mean(means) - 4) ** 2]) - 0.5;
  const variance = squaredError(means, mean(means));
  near(t, found.bias2, bias2, 1e-5);
  near(t, found.variance, variance, 1e-5);
  near(t, found.total, bias2 + 0.5 + variance, 1e-5);

  // A bootstrapped mean has the variance Σ(y − ȳ)²/n².
  const bootstrapped = await biasVariance(app, meanJob(), { loss: 'squared', test: test_, runs: 200, seed: 1 });
  const wanted = squaredError(y, mean(y)) / y.length;
  t.true(Math.abs(bootstrapped.variance / wanted - 1) < 0.25, String(bootstrapped.variance / wanted));
  // Of subsets of all examples nothing varies.
  const all = { loss: 'squared', test: test_, runs: 3, seed: 1, resample: 'subset', share: 1 } as const;
  near(t, (await biasVariance(app, meanJob(), all)).variance, 0, 1e-9);
  await t.throwsAsync(biasVariance(app, meanJob(), { ...all, share: 2 }), { code: 'OPTIONS_INVALID' });
});

test('0-1 loss of a classifier that learns the majority', async (t) => {
  const labels = [0, 1, 1, 0, 0, 0, 2, 2];
  const data = dataset({
    inputs: { data: new Float32Array(8), shape: [8, 1] },
    targets: { data: Int32Array.from(labels) },
  });
  t.deepEqual([...(await readTargets(data))[0]!.data], labels);
  const job = {
    ...meanJob(),
    composition: app.sequential({ input: [1] }, [{ dense: { units: 3, initializer: 'zeros' } }]).composition,
    trainer: { loss: 'crossEntropy', optimizer: { sgd: { learningRate: 0.5 } }, metrics: ['accuracy'] },
    train: { data },
  } as const;
  const samples = [
    [1, 2],
    [0, 3],
    [3, 4, 6],
    [6, 7],
  ].map((rows) => ({ data, indices: Int32Array.from(rows) }));
  // The runs say 1, 0, 0, 2; main is 0, which half of them differ from; right at four of eight points.
  const found = await biasVariance(app, job, { loss: 'zeroOne', test: { data }, samples, seed: 1 });
  const errors = labels.map((label) => [3 / 4, 2 / 4, 3 / 4][[1, 0, 2].indexOf(label)]!);
  t.deepEqual(found, { bias: 0.5, variance: 0.5, unbiasedVariance: 0.25, biasedVariance: 0.25, total: mean(errors) });
  await t.throwsAsync(biasVariance(app, meanJob(), { loss: 'zeroOne', test: { data: numbers(y) }, runs: 2, seed: 1 }), {
    code: 'DATA_INVALID',
    message: /at least two classes, but the outputs are \[12, 1\]/,
  });

  const { test: held } = await crossValidate(app, job, stratifiedKFold(labels, { folds: 2 }));
  t.is(held['accuracy']!.mean, 0.5);
});

const epochs = (training: readonly number[], validation: readonly number[]): SingleRun => ({
  train: { loss: training.at(-1)! },
  test: { loss: validation.at(-1)! },
  history: training.map((loss, epoch) => ({ epoch, metrics: { loss }, validation: { loss: validation[epoch]! } })),
});

test('the report tells under-fitting from over-fitting, and says by what', (t) => {
  const under = fitReport(epochs([0.9, 0.85, 0.84, 0.84], [0.9, 0.86, 0.85, 0.85]), { baseline: 1 });
  t.is(under.verdict, 'under-fitting');
  t.regex(under.reasons[0]!, /16 % of the way from the baseline 1 to 0 \(loss 0\.84\)/);
  t.regex(under.reasons[1]!, /larger model/);
  near(t, under.figures.learned, 0.16);

  const early = fitReport(epochs([0.9, 0.8, 0.7, 0.6], [0.9, 0.8, 0.7, 0.6]), { baseline: 1 });
  t.regex(early.reasons[1]!, /gained 10 % .* train for longer/);

  const first = fitReport(epochs([0.9], [0.9]), { baseline: 1 });
  t.regex(first.reasons[1]!, /gained 10 % .* epochs \(1\): train for longer/);

  const over = fitReport(epochs([0.5, 0.2, 0.05, 0.01], [0.5, 0.3, 0.4, 0.6]), { baseline: 1 });
  t.is(over.verdict, 'over-fitting');
  t.regex(over.reasons[0]!, /worse than training by 0\.59 \(loss 0\.6 against 0\.01\), 59 % of the way/);
  t.regex(over.reasons[1]!, /best in epoch 2 of 4 and rose by 30 %/);

  const good = fitReport(epochs([0.5, 0.2, 0.05], [0.5, 0.2, 0.1]), { baseline: 1 });
  t.is(good.verdict, 'good fit');
  t.deepEqual([good.figures.bestEpoch, good.figures.epochs, good.figures.gapError], [3, 3, undefined]);

  const accuracy = fitReport(
    { train: { accuracy: 0.99 }, test: { accuracy: 0.7 }, history: [] },
    { figure: 'accuracy', goal: 'maximize', baseline: 0.5 },
  );
  t.is(accuracy.verdict, 'over-fitting');
  near(t, accuracy.figures.gap, 0.29);
  t.throws(() => fitReport(epochs([1], [1]), { baseline: 0 }), { code: 'OPTIONS_INVALID', message: /no worse than 0/ });
});

test('a report of folds weighs the gap against its standard error', async (t) => {
  const result = await crossValidate(app, meanJob(), kFold(12, { folds: 3, seed: 1 }));
  const gaps = result.folds.map(({ figures }) => figures.test['loss']! - figures.train['loss']!);
  const { figures } = fitReport(result, { baseline: squaredError(y, 0) });
  near(t, figures.gap, mean(gaps));
  near(t, figures.gapError!, Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean(gaps)) ** 2, 0) / 2 / 3));
});

test('what jobs tell goes by their number in the whole procedure, however many parts it is run in', async (t) => {
  const splits = kFold(y.length, { folds: 3, seed: 1 });
  const told: (readonly [job: number, count: number | undefined])[] = [];
  const onProgress: RunOptions['onProgress'] = ({ event, job, count }) => {
    if (event === 'fit:end') told.push([job, count]);
  };
  const expect = (count: number, what: string): void => {
    const wanted = Array.from({ length: count }, (_, i) => [i, count] as const);
    t.deepEqual(told.splice(0), wanted, what);
  };
  await crossValidate(app, meanJob(), splits, { onProgress });
  expect(3, 'folds');
  await validationCurve(app, [0.25, 0.5], (rate) => meanJob({}, rate), splits, { onProgress });
  expect(6, 'values and folds');
  await compareJobs(app, meanJob(), meanJob({}, 0.25), { seed: 1, onProgress });
  expect(20, 'two jobs on ten halves');
  const own = nested(splits, ({ length }) => kFold(length, { folds: 2, seed: 1 }));
  await nestedCrossValidate(app, [meanJob(), meanJob({}, 0.25)], own, { onProgress });
  expect(15, 'two jobs on two inner folds and one outer of three');
  await biasVariance(app, meanJob(), {
    loss: 'squared',
    test: { data: numbers(y) },
    runs: 2,
    seed: 1,
    onProgress,
  });
  expect(2, 'runs');
});
