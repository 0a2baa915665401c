import test from 'ava';
import { gradients, severalOf, type Ensemble, type HostTensor, type TrainerOptions } from '@adjoint/core';
import { near } from '@adjoint/reference-values';
import { createApp } from '../src/index.js';
import { rings, waves } from './ensemble-data.js';

const app = createApp();
test.after.always(() => app.close());

const outputs = [
  [0.2, -1, 3],
  [1, 0.5, 2.5],
  [-0.4, 0, 1],
];
const wanted = [0.5, -0.25, 2];

test("the derivative of the decorrelated error is that of the paper's penalty, and with λ = 1 it is that of the mean", async (t) => {
  const mean = wanted.map((_, i) => outputs.reduce((sum, row) => sum + row[i]!, 0) / 3);
  for (const strength of [0, 0.3, 1]) {
    const said = outputs.map((row) =>
      app.tensor(
        row.map((y) => [y]),
        [3, 1],
        'float64',
      ),
    );
    const target = app.tensor(wanted, [3, 1], 'float64');
    const loss = app.registry.create('loss', { decorrelatedError: { strength } });
    const scored = { inputs: severalOf(said), outputs: severalOf(said), output: said[0]!, targets: [target], target };
    const terms = loss.terms({ ...scored, weights: undefined }, undefined as never);
    t.true('size' in terms);
    if (!('size' in terms)) return;
    // ½L: (1 − λ)(yₘ − t) + λ(ȳ − t)
    for (const [m, slope] of gradients(terms.sum().mul(0.5), said).entries())
      near(
        t,
        [...(await slope.read()).data],
        wanted.map((d, i) => (1 - strength) * (outputs[m]![i]! - d) + strength * (mean[i]! - d)),
        1e-12,
      );
    if (strength === 1)
      near(
        t,
        [...(await terms.read()).data],
        wanted.map((d, i) => 3 * (mean[i]! - d) ** 2),
        1e-12,
      );
  }
});

const numbers: TrainerOptions = { loss: 'meanSquaredError', optimizer: { adam: { learningRate: 0.05 } } };
const classes: TrainerOptions = {
  loss: 'crossEntropy',
  optimizer: { adam: { learningRate: 0.05 } },
  metrics: ['accuracy'],
};
const plan = { epochs: 40, batchSize: 20 } as const;

/** Mean over examples of how far members are from their mean, squared. */
async function ambiguity(ensemble: Ensemble, data: ReturnType<typeof waves>): Promise<number> {
  const said: HostTensor[] = [];
  for (const member of ensemble.members) said.push(await member.predict(data));
  const { data: mean } = await ensemble.predict(data);
  const squares = said.flatMap(({ data: own }) => Array.from(own, (y, i) => (y - mean[i]!) ** 2));
  return squares.reduce((sum, square) => sum + square, 0) / squares.length;
}

test('negative correlation makes members that follow a wave together and differ more than they would alone', async (t) => {
  const found: number[] = [];
  for (const strength of [0, 0.9]) {
    const model = app.sequential({ input: [1], seed: 1 }, [{ dense: { units: 3 } }, 'tanh', { dense: { units: 1 } }]);
    const strategy = { negativeCorrelation: { members: 3, strength } } as const;
    const ensemble = app.ensemble(model, { strategy, trainer: numbers, seed: 1 });
    const heard: number[] = [];
    ensemble.on('ensemble:member', ({ index }) => void heard.push(index));
    const members = await ensemble.fit(waves(100, 1), plan);
    t.deepEqual([heard, members.length], [[0], 3]);
    const { loss } = await ensemble.evaluate(waves(100, 2));
    t.true(loss! < 0.1, String(loss));
    found.push(await ambiguity(ensemble, waves(100, 2)));
  }
  t.true(found[1]! > 2 * found[0]!, found.join());
});

test('negative correlation takes classes as well, and tells the accuracy of all while it trains', async (t) => {
  const model = app.sequential({ input: [2], seed: 1 }, [{ dense: { units: 8 } }, 'relu', { dense: { units: 2 } }]);
  const ensemble = app.ensemble(model, {
    strategy: { negativeCorrelation: { members: 3 } },
    trainer: classes,
    seed: 1,
  });
  const train = rings(160, 1);
  const [member] = await ensemble.fit(train, plan);
  const { accuracy } = await ensemble.evaluate(train);
  t.true(accuracy! > 0.85, String(accuracy));
  // Its training told of the epoch before the last update, so nearly the same.
  t.true(Math.abs(member!.history.at(-1)!.metrics['accuracy']! - accuracy!) < 0.1);
  const copy = app.build(ensemble.model.composition);
  copy.load(await ensemble.model.weights());
  t.deepEqual(await copy.predict(train), await ensemble.predict(train));
  const single = { ...classes, loss: 'binaryCrossEntropy', metrics: [] } as const;
  for (const strategy of ['negativeCorrelation', 'deepEnsemble'] as const)
    await t.throwsAsync(app.ensemble(model, { strategy, trainer: single }).fit(train, plan), {
      code: 'OPTIONS_INVALID',
      message: /crossEntropy/,
    });
});

for (const of of ['variance', 'logVariance'] as const) {
  test(`a deep ensemble of regressions has the mean and the ${of} of the mixture`, async (t) => {
    const model = app.model(
      ({ input, layer }) => {
        const seen = layer('tanh', layer({ dense: { units: 8 } }, input([1])));
        const spread = layer({ dense: { units: 1 } }, seen);
        return [layer({ dense: { units: 1 } }, seen), of === 'variance' ? layer('softplus', spread) : spread];
      },
      { seed: 1 },
    );
    const trainer: TrainerOptions = { loss: { gaussian: { of } }, optimizer: { adam: { learningRate: 0.02 } } };
    const ensemble = app.ensemble(model, { strategy: { deepEnsemble: { members: 3 } }, trainer, seed: 1 });
    await ensemble.fit(waves(100, 1), plan);
    const test_ = waves(50, 2);
    const said: (readonly HostTensor[])[] = [];
    for (const member of ensemble.members) said.push(await member.predictAll(test_));
    const variance = (value: number): number => (of === 'variance' ? value : Math.exp(value));
    const [mean, spread] = await ensemble.model.predictAll(test_);
    t.is(mean.data.length, 50);
    for (let i = 0; i < 50; i++) {
      const means = said.map(([own]) => own!.data[i]!);
      const center = means.reduce((sum, y) => sum + y, 0) / 3;
      const noise = said.reduce((sum, [, own]) => sum + variance(own!.data[i]!), 0) / 3;
      const apart = means.reduce((sum, y) => sum + (y - center) ** 2, 0) / 3;
      near(t, [mean.data[i]!, variance(spread!.data[i]!)], [center, noise + apart], 1e-5);
    }
    // It is evaluated by its own likelihood, which is better than that of its members on average.
    const { loss } = await ensemble.evaluate(test_);
    const alone: number[] = [];
    for (const member of ensemble.members) alone.push((await member.evaluate(test_))['loss']!);
    t.true(loss! < alone.reduce((sum, own) => sum + own, 0) / 3, `${loss} against ${alone.join()}`);
  });
}

test('a deep ensemble of classifiers is trained on adversarial examples if it is told to', async (t) => {
  const model = app.sequential({ input: [2], seed: 1 }, [{ dense: { units: 8 } }, 'relu', { dense: { units: 2 } }]);
  const predictions: HostTensor[] = [];
  for (const adversarial of [0, 0.02]) {
    const strategy = { deepEnsemble: { members: 2, adversarial } } as const;
    const ensemble = app.ensemble(model, { strategy, trainer: classes, seed: 1 });
    await ensemble.fit(rings(160, 1), plan);
    t.true((await ensemble.evaluate(rings(200, 2)))['accuracy']! > 0.8);
    predictions.push(await ensemble.predict(rings(20, 3)));
  }
  t.notDeepEqual(predictions[0], predictions[1]);
  // The same as with the regularizer among the trainer's own.
  const trainer = { ...classes, regularizers: [{ adversarial: { epsilon: 0.02 } }] } as const;
  const own = app.ensemble(model, { strategy: { softVoting: { members: 2 } }, trainer, seed: 1 });
  await own.fit(rings(160, 1), plan);
  t.deepEqual(await own.predict(rings(20, 3)), predictions[1]);
});

test('members that are trained side by side are those that would be trained apart on the same batches', async (t) => {
  const model = app.sequential({ input: [2] }, [{ dense: { units: 4 } }, 'tanh', { dense: { units: 2 } }]);
  const trainer = { ...classes, optimizer: { momentum: { learningRate: 0.1 } } } as const;
  const fit = { epochs: 5, batchSize: 40, shuffle: false } as const;
  const train = rings(160, 1);
  for (const strategy of [
    { voting: { members: 2, together: true } },
    { deepEnsemble: { members: 2, together: true } },
  ] as const) {
    const ensemble = app.ensemble(model, { strategy, trainer, seed: 3 });
    const members = await ensemble.fit(train, fit);
    t.is(members[0]!.history.length, 5);
    const initial = await app.build(ensemble.model.composition, { seed: 3 }).weights();
    for (const [i, member] of members.entries()) {
      const prefix = `member_${i + 1}/`;
      const own = [...initial].filter(([name]) => name.startsWith(prefix));
      const weights = new Map(own.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
      for await (const apart of app.run([
        { composition: model.composition, seed: 3, trainer, fit, train: { data: train }, weights },
      ]))
        for (const [name, { data }] of apart.weights) near(t, [...member.weights.get(name)!.data], [...data], 1e-6);
    }
  }
  const several = { ...trainer, loss: [{ loss: 'crossEntropy' }], metrics: [] } as const;
  await t.throwsAsync(
    app.ensemble(model, { strategy: { voting: { together: true } }, trainer: several }).fit(train, fit),
    { code: 'OPTIONS_INVALID', message: /take one loss/ },
  );
});

test('a deep ensemble that is trained side by side has means and variances, too', async (t) => {
  const model = app.model(({ input, layer }) => {
    const seen = layer('tanh', layer({ dense: { units: 8 } }, input([1])));
    return [layer({ dense: { units: 1 } }, seen), layer('softplus', layer({ dense: { units: 1 } }, seen))];
  });
  const trainer: TrainerOptions = { loss: 'gaussian', optimizer: { adam: { learningRate: 0.02 } } };
  const strategy = { deepEnsemble: { members: 3, together: true, adversarial: 0.01 } } as const;
  const ensemble = app.ensemble(model, { strategy, trainer, seed: 1 });
  await ensemble.fit(waves(100, 1), plan);
  t.is((await ensemble.model.predictAll([[0.3]])).length, 2);
  // Who knows nothing but the variance of the targets, 0.5, has a loss of ½(ln 0.5 + 1) = 0.15.
  t.true((await ensemble.evaluate(waves(100, 2)))['loss']! < 0);
});
