import test from 'ava';
import {
  hostTensor,
  type Choice,
  type Dataset,
  type Ensemble,
  type HostTensor,
  type TrainerOptions,
} from '@adjoint/core';
import { averageWeights, monteCarlo, probabilitiesOf, staged, uncertainty } from '@adjoint/ensembles';
import { createApp } from '../src/index.js';
import { rings, waves } from './ensemble-data.js';

const app = createApp();
test.after.always(() => app.close());

const classes: TrainerOptions = {
  loss: 'crossEntropy',
  optimizer: { adam: { learningRate: 0.05 } },
  metrics: ['accuracy'],
};
const numbers: TrainerOptions = { loss: 'meanSquaredError', optimizer: { adam: { learningRate: 0.05 } } };

function classifiers(strategy: Choice<'ensemble'>, units = 8): Ensemble {
  const layers =
    units > 0
      ? ([{ dense: { units } }, 'relu', { dense: { units: 2 } }] as const)
      : ([{ dense: { units: 2 } }] as const);
  const model = app.sequential({ input: [2], seed: 1 }, layers);
  return app.ensemble(model, { strategy, trainer: classes, seed: 1 });
}

function regressions(strategy: Choice<'ensemble'>, units = 8): Ensemble {
  const model = app.sequential({ input: [1], seed: 1 }, [{ dense: { units } }, 'tanh', { dense: { units: 1 } }]);
  return app.ensemble(model, { strategy, trainer: numbers, seed: 1 });
}

const train = rings(160, 1);
const held = rings(200, 2);
const plan = { epochs: 20, batchSize: 32 } as const;

const ofClasses: readonly Choice<'ensemble'>[] = [
  { voting: { members: 2 } },
  { voting: { members: 3, combine: 'votes', weights: [1, 1, 2] } },
  { bagging: { members: 3 } },
  { pasting: { members: 3, share: 0.5 } },
  { randomSubspace: { members: 3, share: 1 } },
  { adaBoost: { members: 3 } },
  { adaBoost: { members: 3, algorithm: 'SAMME.R', sampling: 'resample' } },
  { gradientBoosting: { members: 3, task: 'classification', learningRate: 1 } },
  { snapshots: { members: 3 } },
  { fastGeometric: { members: 2, cycle: 2 } },
  { stacking: { members: 2, folds: 3 } },
  { soup: { members: 2 } },
];

/** Whether the last stage says what the ensemble says. */
async function endsAsWhole(ensemble: Ensemble, data: Dataset): Promise<boolean> {
  const stages: HostTensor[] = [];
  for await (const stage of staged(ensemble, data)) stages.push(stage);
  const { data: whole } = await ensemble.predict(data);
  return (
    stages.length === ensemble.members.length && whole.every((z, i) => Math.abs(z - stages.at(-1)!.data[i]!) < 1e-3)
  );
}

for (const strategy of ofClasses) {
  test(`${JSON.stringify(strategy)} makes one model that knows more than chance, and is saved`, async (t) => {
    const ensemble = classifiers(strategy);
    const members = await ensemble.fit(train, { ...plan, validation: held });
    t.true(members.length > 0);
    const { accuracy } = await ensemble.evaluate(held);
    // 38 % of the square lie in the disk.
    t.true(accuracy! > 0.7, String(accuracy));
    const copy = app.build(JSON.parse(JSON.stringify(ensemble.model)));
    copy.load(await ensemble.model.weights());
    const points = await held.batch(Int32Array.of(0, 1, 2));
    t.deepEqual(await copy.predict(points.inputs), await ensemble.predict(points.inputs));
    if (!('stacking' in Object(strategy))) t.true(await endsAsWhole(ensemble, held), 'stages');
  });
}

test('what some members of a stack say together is not known', async (t) => {
  const stacked = classifiers({ stacking: { members: 2, folds: 3 } });
  await stacked.fit(train, { ...plan, epochs: 1 });
  await t.throwsAsync(endsAsWhole(stacked, train), { code: 'OPTIONS_INVALID', message: /linearVote/ });
});

test('small networks that are boosted know more than one of them', async (t) => {
  const data = rings(400, 3);
  const scores: number[] = [];
  for (const strategy of [{ voting: { members: 1 } }, { adaBoost: { members: 10 } }] as const) {
    const ensemble = classifiers(strategy, 2);
    await ensemble.fit(data, plan);
    scores.push((await ensemble.evaluate(data))['accuracy']!);
  }
  t.true(scores[1]! > scores[0]! + 0.05, scores.join());
});

const ofNumbers: readonly Choice<'ensemble'>[] = [
  { voting: { members: 3, combine: 'mean' } },
  { voting: { members: 3, combine: 'median' } },
  { bagging: { members: 3, combine: 'mean' } },
  { adaBoostRegression: { members: 3 } },
  { gradientBoosting: { members: 5, learningRate: 0.5 } },
];

for (const strategy of ofNumbers) {
  test(`${JSON.stringify(strategy)} follows a wave`, async (t) => {
    const ensemble = regressions(strategy);
    await ensemble.fit(waves(100, 1), { epochs: 40, batchSize: 20 });
    const { loss } = await ensemble.evaluate(waves(100, 2));
    // The variance of the wave is about 0.5, that of its noise 0.01.
    t.true(loss! < 0.1, String(loss));
    t.true(await endsAsWhole(ensemble, waves(100, 2)), 'stages');
  });
}

test('stages of gradient boosting leave less and less', async (t) => {
  const ensemble = regressions({ gradientBoosting: { members: 4, learningRate: 0.5 } }, 2);
  await ensemble.fit(waves(100, 1), { epochs: 30, batchSize: 20 });
  const residuals = [1, 2, 3, 4].map((stage) => ensemble.figures[`member_${stage}/residual`]!);
  t.deepEqual(
    residuals,
    residuals.toSorted((a, b) => b - a),
  );
});

test('the estimate out of bag is near the accuracy on new examples', async (t) => {
  const ensemble = classifiers({ bagging: { members: 8 } });
  await ensemble.fit(rings(300, 5), plan);
  const { accuracy } = await ensemble.evaluate(rings(300, 6));
  const { 'outOfBag/accuracy': estimate, 'outOfBag/covered': covered } = ensemble.figures;
  t.true(Math.abs(estimate! - accuracy!) < 0.1, `${estimate} for ${accuracy}`);
  // 1 − (1 − 1/e)⁸
  t.true(Math.abs(covered! - (1 - (1 - Math.exp(-1)) ** 8)) < 0.05, String(covered));
});

test('a soup has the mean of the weights of its members', async (t) => {
  const ensemble = classifiers({ soup: { members: 2, greedy: false } });
  await ensemble.fit(train, plan);
  t.is(ensemble.members.length, 1);
  const ones = new Map([['w', { data: Float32Array.of(1, 4), shape: [2], dtype: 'float32' as const }]]);
  const threes = new Map([['w', { data: Float32Array.of(3, 0), shape: [2], dtype: 'float32' as const }]]);
  t.deepEqual([...averageWeights([ones, threes]).get('w')!.data], [2, 2]);
});

test('classes and numbers are not mixed up', async (t) => {
  for (const strategy of ['softVoting', 'adaBoost', { voting: { combine: 'votes' } }, 'bagging'] as const) {
    await t.throwsAsync(regressions(strategy).fit(waves(20, 1), plan), {
      code: 'OPTIONS_INVALID',
      message: /classes|classifiers/,
    });
  }
  for (const strategy of ['adaBoostRegression', { bagging: { combine: 'mean' } }] as const) {
    await t.throwsAsync(classifiers(strategy).fit(train, plan), { code: 'OPTIONS_INVALID', message: /regressions/ });
  }
  await t.throwsAsync(classifiers({ snapshots: { members: 50 } }).fit(train, plan), {
    message: /too few for its cycles/,
  });
  await t.throwsAsync(classifiers({ soup: {} }).fit(train, plan), { message: /pass \{ validation \}/ });
  t.throws(
    () =>
      app.ensemble(app.sequential({ input: [2] }, [{ dense: { units: 2 } }]), {
        strategy: { voting: { weights: [0, 0] } },
        trainer: classes,
      }),
    { code: 'OPTIONS_INVALID' },
  );
});

test('outputs become probabilities by what they are, one output those of two classes', (t) => {
  const rounded = (data: ArrayLike<number>): number[] => Array.from(data, (p) => Number(p.toFixed(6)));
  const of = (values: number[][], scale?: 'logits' | 'logProbabilities' | 'probabilities') => {
    const { data, shape } = probabilitiesOf(hostTensor(values), scale);
    return [shape, rounded(data)];
  };
  const z = Math.log(3);
  const both = [
    [1, 2],
    [0.25, 0.75],
  ];
  t.deepEqual(of([[0, z]]), both);
  t.deepEqual(of([[0.25, 0.75]], 'probabilities'), both);
  t.deepEqual(of([[Math.log(0.25), Math.log(0.75)]], 'logProbabilities'), both);
  t.deepEqual(of([[z]], 'logits'), both);
  t.deepEqual(of([[0.75]], 'probabilities'), both);
  t.deepEqual(of([[Math.log(0.75)]], 'logProbabilities'), both);
  t.throws(() => probabilitiesOf(hostTensor([1, 2])), { code: 'SHAPE_MISMATCH' });
  t.throws(() => probabilitiesOf(hostTensor([[1, 2]]), 1 as never), { code: 'OPTIONS_INVALID' });
});

test('passes with dropout differ, and say where a model is not sure', async (t) => {
  const model = app.sequential({ input: [2], seed: 2 }, [
    { dense: { units: 16 } },
    'relu',
    'dropout',
    { dense: { units: 2 } },
  ]);
  const trainer = app.trainer(model, classes);
  await trainer.fit(train, plan);
  // At the edge of the disk, and far away from it.
  const points = [
    [0.7, 0],
    [3, 3],
  ];
  const passes = await monteCarlo(model, points, { passes: 30, seed: 1 });
  t.deepEqual(await monteCarlo(model, points, { passes: 30, seed: 1 }), passes);
  const { entropy, mutualInformation } = uncertainty(passes.map((pass) => probabilitiesOf(pass, model.outputScale)));
  t.true(entropy[0]! > entropy[1]!, String(entropy));
  t.true(mutualInformation.every((value) => value >= -1e-12));
});
