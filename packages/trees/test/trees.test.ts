import test from 'ava';
import { createApp } from 'adjoint';
import { datasetOf, RandomSource, type Dataset } from '@adjoint/core';
import { testPlugin } from '@adjoint/core/testing';
import { growTree, trees } from '../src/index.js';

testPlugin(test, { plugin: trees });

const limits = { leaves: 100, depth: 24, least: 1 };
const sampleOf = (inputs: number[], targets: number[], weights = targets.map(() => 1)) => ({
  inputs,
  features: inputs.length / targets.length,
  targets,
  outputs: 1,
  weights: Float64Array.from(weights),
});

test('a stump splits where the squared error falls most, in the middle between two examples', (t) => {
  const { feature, threshold, value } = growTree(sampleOf([9, 1, 8, 2, 7, 4, 6, 5], [0, 0, 3, 3]), {
    ...limits,
    leaves: 2,
  });
  // x₁: 9, 8, 7, 6 and x₂: 1, 2, 4, 5 both part {0, 0} from {3, 3}; the first of equals is taken.
  t.deepEqual([feature[0], threshold[0]], [0, 7.5]);
  t.deepEqual(
    value.map(([mean]) => mean),
    [1.5, 3, 0],
  );
});

test('an example of weight 3 is as three examples', (t) => {
  const random = new RandomSource(1);
  const numbers = (count: number) => Array.from({ length: count }, () => random.normal());
  const [inputs, targets] = [numbers(40), numbers(20)];
  const weights = targets.map((_, i) => 1 + (i % 3));
  const rows = weights.flatMap((weight, row) => Array.from({ length: weight }, () => row));
  const repeated = sampleOf(
    rows.flatMap((row) => inputs.slice(2 * row, 2 * row + 2)),
    rows.map((row) => targets[row]!),
  );
  const weighted = growTree(sampleOf(inputs, targets, weights), { ...limits, leaves: 6 });
  const same = growTree(repeated, { ...limits, leaves: 6 });
  t.deepEqual([weighted.feature, weighted.threshold], [same.feature, same.threshold]);
  for (const [node, [value]] of weighted.value.entries()) t.true(Math.abs(value! - same.value[node]![0]!) < 1e-12);
});

test('limits hold, and a tree without any learns its examples by heart', (t) => {
  const random = new RandomSource(2);
  const inputs = Array.from({ length: 60 }, () => random.normal());
  const targets = Array.from({ length: 60 }, () => random.normal());
  t.is(growTree(sampleOf(inputs, targets), limits).value.length, 2 * 60 - 1);
  t.is(growTree(sampleOf(inputs, targets), { ...limits, leaves: 7 }).value.length, 2 * 7 - 1);
  t.true(growTree(sampleOf(inputs, targets), { ...limits, depth: 2 }).value.length <= 7);
  t.true(growTree(sampleOf(inputs, targets), { ...limits, least: 10 }).value.length <= 2 * 6 - 1);
  t.is(
    growTree(
      sampleOf(
        inputs,
        targets.map(() => 4),
      ),
      limits,
    ).value.length,
    1,
  );
});

test('what is far from 0 and varies little is split as what is near', (t) => {
  const targets = [0, 0, 1, 5, 5, 6].map((value) => 1e7 + value / 1000);
  const { threshold, value } = growTree(sampleOf([0, 1, 2, 3, 4, 5], targets), { ...limits, leaves: 2 });
  t.is(threshold[0], 2.5);
  t.is(value.length, 3);
});

/** Classes by the signs of two numbers, as an exclusive or with a third class at the right. */
function plane(size: number, seed: number): Dataset {
  const random = new RandomSource(seed);
  const data = Float32Array.from({ length: 2 * size }, () => 2 * random.uniform() - 1);
  const labels = Int32Array.from({ length: size }, (_, i) =>
    data[2 * i]! > 0.5 ? 2 : Number(data[2 * i]! * data[2 * i + 1]! > 0),
  );
  return datasetOf({
    inputs: [{ data, shape: [size, 2], dtype: 'float32' }],
    targets: [{ data: labels, shape: [size], dtype: 'int32' }],
  });
}

test('the runner grows the layer: its loss is that of the model, classes are learned, weights count', async (t) => {
  const app = createApp({ plugins: [trees] });
  const { composition } = app.sequential({ input: [2] }, [{ tree: { units: 3, leaves: 64 } }]);
  const job = {
    composition,
    seed: 1,
    trainer: { loss: 'crossEntropy', optimizer: 'sgd', metrics: ['accuracy'] },
    fit: { epochs: 1, batchSize: 'full' },
    train: { data: plane(300, 1) },
  } as const;
  for await (const result of app.run([job], { runner: 'cart' })) {
    const model = app.build(result.composition);
    model.load(result.weights);
    const trainer = app.trainer(model, job.trainer);
    const { loss, accuracy } = await trainer.evaluate(job.train.data);
    t.is(accuracy, 1);
    t.true(Math.abs(loss! - result.history[0]!.metrics['loss']!) < 1e-5);
    t.true((await trainer.evaluate(plane(500, 2)))['accuracy']! > 0.9);
  }
  const weights = Float32Array.from({ length: 300 }, (_, i) => Number(i < 5));
  for await (const { weights: grown } of app.run([{ ...job, train: { ...job.train, weights } }], { runner: 'cart' }))
    t.true(grown.get('tree/left')!.data.filter((left) => left !== 0).length <= 9);
  await app.close();
});

test('trees are members of ensembles: boosted stumps learn what no stump can', async (t) => {
  const app = createApp({ plugins: [trees] });
  const train = plane(400, 1);
  const stump = app.sequential({ input: [2] }, [{ tree: { units: 3, leaves: 3 } }]);
  const trainer = { loss: 'crossEntropy', optimizer: 'sgd', metrics: ['accuracy'] } as const;
  const boosted = app.ensemble(stump, { strategy: { adaBoost: { members: 20 } }, trainer, runner: 'cart' });
  await boosted.fit(train, { epochs: 1, batchSize: 'full' });
  const [first] = boosted.members;
  const { accuracy: alone } = await first!.evaluate(train);
  t.true((await boosted.evaluate(train))['accuracy']! > alone! + 0.05);
  await app.close();
});

test('trees are the stages of gradient boosting, one output for each class', async (t) => {
  const app = createApp({ plugins: [trees] });
  const small = app.sequential({ input: [2] }, [{ tree: { units: 3, leaves: 4 } }]);
  const stages = app.ensemble(small, {
    strategy: { gradientBoosting: { members: 12, learningRate: 0.5, task: 'classification' } },
    trainer: { loss: 'crossEntropy', optimizer: 'sgd', metrics: ['accuracy'] },
    runner: 'cart',
  });
  await stages.fit(plane(300, 1), { epochs: 1, batchSize: 'full' });
  const residuals = Array.from({ length: 12 }, (_, i) => stages.figures[`member_${i + 1}/residual`]!);
  // A tree fitted by least squares lowers the residuals that it is fitted to; the softmax in between may take a little back.
  t.true(
    residuals.every((residual, i) => i === 0 || residual < residuals[i - 1]! + 1e-3),
    residuals.join(),
  );
  t.true((await stages.evaluate(plane(300, 2)))['accuracy']! > 0.9);
  await app.close();
});

test('what cannot be grown is refused', async (t) => {
  const app = createApp({ plugins: [trees] });
  const job = {
    composition: app.sequential({ input: [2] }, [{ tree: { units: 2, leaves: 4 } }]).composition,
    seed: 1,
    trainer: { loss: 'crossEntropy', optimizer: 'sgd' },
    fit: { epochs: 1, batchSize: 'full' },
    train: { data: plane(30, 1) },
  } as const;
  const grow = async (changes: object) => {
    for await (const _ of app.run([{ ...job, ...changes }], { runner: 'cart' }));
  };
  await t.throwsAsync(grow({}), { code: 'DATA_INVALID', message: /a tree of 2 units .* there is a 2/ });
  const { composition } = app.sequential({ input: [2] }, [{ dense: { units: 3 } }]);
  await t.throwsAsync(grow({ composition }), { code: 'OPTIONS_INVALID', message: /that are one tree/ });
  await t.throwsAsync(grow({ trainer: { ...job.trainer, loss: 'hinge' } }), { message: /meanSquaredError/ });
  const weights = { data: new Float32Array(30), shape: [30], dtype: 'float32' } as const;
  const none = {
    data: datasetOf({ ...(await plane(30, 1).batch(Int32Array.from({ length: 30 }, (_, i) => i))), weights }),
  };
  await t.throwsAsync(grow({ train: none }), { code: 'DATA_INVALID', message: /weight is above 0/ });
  await app.close();
});
