import test from 'ava';
import type { Choice, Composition } from '@adjoint/core';
import { dataset, view } from '@adjoint/data';
import { averageWeights, normalized } from '@adjoint/ensembles';
import { createApp } from '../src/index.js';

const app = createApp();
test.after.always(() => app.close());

const trainer = { loss: 'crossEntropy', optimizer: 'sgd' } as const;
const plan = { epochs: 1, batchSize: 2 } as const;
const inputs = { data: Float32Array.from({ length: 8 }, (_, i) => Math.sin(i)), shape: [4, 2] };
const targets = { data: Int32Array.of(0, 1, 0, 1) };
const data = dataset({ inputs, targets });

const network = (units: number, outputs = 2): Composition =>
  app.sequential({ input: [2] }, [{ dense: { units } }, 'relu', { dense: { units: outputs } }]).composition;
const ensemble = (strategy: Choice<'ensemble'>) => app.ensemble(app.build(network(3)), { strategy, trainer });

test('data that are too small for a split, or that there are none of, are refused', async (t) => {
  await t.throwsAsync(ensemble({ stacking: { folds: 5 } }).fit(data, plan), {
    code: 'OPTIONS_INVALID',
    message: /4 examples make no 5 folds; choose fewer/,
  });
  const none = dataset({
    inputs: { data: new Float32Array(), shape: [0, 2] },
    targets: { data: new Int32Array() },
  });
  for (const strategy of ['bagging', 'adaBoost', 'softVoting'] as const)
    await t.throwsAsync(ensemble(strategy).fit(none, plan), { code: 'DATA_INVALID', message: /it is empty/ });
});

test('labels of classes that the members do not know are refused', async (t) => {
  const odd = dataset({ inputs, targets: { data: Int32Array.of(0, 1, 7, 1) } });
  for (const strategy of ['adaBoost', 'bagging'] as const)
    await t.throwsAsync(ensemble(strategy).fit(odd, plan), { code: 'DATA_INVALID', message: /class 7/ });
  const boosting = { gradientBoosting: { members: 2, task: 'classification' } } as const;
  await t.throwsAsync(ensemble(boosting).fit(odd, plan), { code: 'DATA_INVALID', message: /label 7.*classes 0 … 1/ });
  // One that only the members know does no harm.
  const wide = app.ensemble(app.build(network(3, 4)), { strategy: boosting, trainer });
  await wide.fit(data, plan);
  t.deepEqual((await wide.predict(data)).shape, [4, 4]);
});

test('members that disagree in shape are refused, also where the shapes would broadcast', (t) => {
  const votes: readonly Choice<'layer'>[] = [
    'softVote',
    'hardVote',
    'boostedVote',
    'averageVote',
    'medianVote',
    { sumVote: { factors: [1, 1] } },
  ];
  const joined = (vote: Choice<'layer'>, units: readonly [number, number]) => () =>
    app.model(({ input, layer }) => {
      const x = input([2]);
      return layer(vote, [layer({ dense: { units: units[0] } }, x), layer({ dense: { units: units[1] } }, x)]);
    });
  for (const vote of votes) {
    const error = t.throws(joined(vote, [2, 3]), { code: 'SHAPE_MISMATCH' });
    t.regex(error.message, /members disagree in shape.*\[2\].*member 2 are \[3\]/);
    t.throws(joined(vote, [2, 1]), { code: 'SHAPE_MISMATCH', message: /disagree in shape/ });
  }
  t.throws(joined({ linearVote: { weight: [[1, 1, 1]], bias: [0] } }, [2, 3]), {
    code: 'OPTIONS_INVALID',
    message: /have 5 outputs together/,
  });
  t.throws(joined({ sumVote: { factors: [1] } }, [2, 2]), { code: 'OPTIONS_INVALID', message: /1 factors for 2/ });
});

test('weights of models of other compositions are not averaged', async (t) => {
  const weightsOf = (composition: Composition) => app.build(composition).weights();
  const [small, large] = [await weightsOf(network(2)), await weightsOf(network(3))];
  for (const pair of [
    [small, large],
    [large, small],
    [small, new Map()],
    [new Map([...small].slice(1)), small],
  ])
    t.throws(() => averageWeights(pair), { code: 'SHAPE_MISMATCH', message: /the models disagree/ });
  t.throws(() => averageWeights([]), { code: 'OPTIONS_INVALID' });
});

test('weights that sum to zero are refused: of votes, of examples, of rounds', async (t) => {
  t.throws(() => ensemble({ voting: { members: 2, weights: [0, 0] } }), {
    code: 'OPTIONS_INVALID',
    message: /weights.*one is above 0/,
  });
  await t.throwsAsync(ensemble({ voting: { members: 2, weights: [1, 2, 3] } }).fit(data, plan), {
    code: 'OPTIONS_INVALID',
    message: /3 weights for 2 members/,
  });
  t.throws(() => dataset({ inputs, targets, weights: new Float32Array(4) }), {
    code: 'OPTIONS_INVALID',
    message: /not all 0/,
  });
  t.throws(() => view(data, { weights: new Float32Array(4) }), { code: 'OPTIONS_INVALID', message: /not all 0/ });
  t.throws(() => normalized(Float64Array.of(0, 0)), { code: 'DATA_INVALID', message: /sum to 0/ });
});

test('a batch in which nothing counts is no divergence', async (t) => {
  const weighted = dataset({ inputs, targets, weights: Float32Array.of(0, 0, 1, 1) });
  const made = app.trainer(app.build(network(3)), trainer);
  const warnings: string[] = [];
  made.on('warning', ({ message }) => void warnings.push(message));
  const { diverged, history } = await made.fit(weighted, { epochs: 1, batchSize: 2, shuffle: false });
  t.deepEqual([diverged, warnings], [undefined, []]);
  t.true(Number.isFinite(history[0]!.metrics['loss']));
});
