import test from 'ava';
import { hostTensor, isAdjointError, severalOf, type Model, type Tensor } from '../../src/index.js';
import { evaluationContext } from '../../src/model/evaluation-context.js';
import { testLayer } from '../../src/testing/index.js';
import { examples } from '../tiny.js';
import { wrapperApp } from './wrappers.js';

testLayer(test, {
  app: wrapperApp,
  layer: { 'wrap/bidirectional': { layer: { 'tiny/dense': { units: 2 } } } },
  inputs: [[3]],
});
testLayer(test, {
  app: wrapperApp,
  layer: { 'wrap/spectralNorm': { layer: { 'tiny/dense': { units: 3 } } } },
  inputs: [[2]],
});
testLayer(test, {
  app: wrapperApp,
  layer: { 'wrap/weightNorm': { layer: { 'tiny/dense': { units: 3 } } } },
  inputs: [[2]],
});
testLayer(test, {
  app: wrapperApp,
  layer: { 'wrap/siamese': { layer: { 'tiny/dense': { units: 2 } } } },
  inputs: [[2], [2]],
});
testLayer(test, { app: wrapperApp, layer: 'wrap/anchored', inputs: [[2]] });

const ones = { units: 1, initializer: 'ones' } as const;

async function values(model: Model, input: readonly (readonly number[])[]): Promise<number[]> {
  return [...(await model.predict(input)).data];
}

/** Runs a model once with training on; keys differ from place to place. */
async function runInTraining(model: Model, input: Tensor, places: string[] = []): Promise<number[]> {
  const keyOf = (place: string): Tensor => {
    if (!places.includes(place)) places.push(place);
    return model.engine.tensor(Int32Array.of(1, 2, places.indexOf(place)), [3], 'int32');
  };
  const [output] = model.apply([input], {
    ...evaluationContext(model.dtype),
    training: true,
    random: (place = '') => keyOf(place),
  });
  return [...(await output.read()).data];
}

test('a layer inside another is named after both, and starts from its own random numbers', async (t) => {
  const model = wrapperApp().sequential({ input: [3] }, [
    { 'wrap/bidirectional': { layer: { 'tiny/dense': { units: 1 } } }, name: 'both' },
  ]);
  t.deepEqual(
    model.parameters.map(({ name }) => name),
    ['both/forward/weight', 'both/backward/weight'],
  );
  const weights = await model.weights();
  t.notDeepEqual(weights.get('both/forward/weight'), weights.get('both/backward/weight'));
  t.deepEqual(model.output.shape, [2]);
});

test('two directions of time: sums so far, and sums still to come', async (t) => {
  const model = wrapperApp().sequential({ input: [3] }, [{ 'wrap/bidirectional': { layer: 'wrap/sums' } }]);
  t.deepEqual(model.output.shape, [3, 2]);
  // 1, 1 + 2, 1 + 2 + 4; and 1 + 2 + 4, 2 + 4, 4
  t.deepEqual(await values(model, [[1, 2, 4]]), [1, 7, 3, 6, 7, 4]);
});

test('the spectral norm finds the largest singular value while training', async (t) => {
  const app = wrapperApp();
  const model = app.sequential({ input: [2] }, [
    { 'wrap/spectralNorm': { layer: { 'tiny/dense': { units: 2 } } }, name: 'norm' },
  ]);
  const weights = await model.weights();
  // Singular values of a diagonal matrix are its entries: 4 and 1.
  model.load(
    weights.set(
      'norm/dense/weight',
      hostTensor([
        [4, 0],
        [0, 1],
      ]),
    ),
  );
  const train = app.trace((inputs) =>
    model.apply(severalOf(inputs), {
      ...evaluationContext('float32'),
      training: true,
      update: (state, value) => void state.variable.assign(value),
    }),
  );
  for (let pass = 0; pass < 30; pass++) await train.call([hostTensor([[1, 1]])]);
  const [first = 0, second = 0] = await values(model, [[1, 1]]);
  t.true(Math.abs(first - 1) < 1e-5, String(first));
  t.true(Math.abs(second - 0.25) < 1e-5, String(second));
  await app.close();
});

test('a normalized weight starts as it would without, and its length can be set', async (t) => {
  const model = wrapperApp().sequential({ input: [2] }, [{ 'wrap/weightNorm': { layer: { 'tiny/dense': ones } } }]);
  const close = (actual: number[], expected: number): boolean =>
    t.true(Math.abs((actual[0] ?? NaN) - expected) < 1e-6, String(actual));
  close(await values(model, [[3, 4]]), 7);
  model.load(new Map([['weightNorm/g/weightNorm/dense/weight', hostTensor([[1]])]]), { on: { roles: ['scale'] } });
  close(await values(model, [[3, 4]]), 7 / Math.SQRT2);
});

test('states start random, or as a copy of a parameter', async (t) => {
  const app = wrapperApp();
  const model = app.sequential({ input: [4], seed: 3 }, ['wrap/anchored']);
  const weights = await model.weights();
  t.deepEqual(weights.get('anchored/anchor'), weights.get('anchored/shift'));
  const noise = [...(weights.get('anchored/noise')?.data ?? [])];
  t.is(new Set(noise).size, 4);
  const other = await app.sequential({ input: [4], seed: 4 }, ['wrap/anchored']).weights();
  t.notDeepEqual(weights.get('anchored/noise'), other.get('anchored/noise'));
});

test('a layer that is used again has the same parameters, and gets gradients from both places', async (t) => {
  const app = wrapperApp();
  const model = app.model(({ input, layer, use }) => {
    const x = input([1]);
    const first = layer({ 'tiny/dense': ones }, x);
    return use(first, first);
  });
  t.deepEqual(
    model.parameters.map(({ name }) => name),
    ['dense/weight'],
  );
  t.regex(model.summary(), /dense_2 \(dense again\) +\[1\] +0/);
  // y = w²x and L = (y − t)² at w = 1, x = 1, t = 0: dL/dw = 2y · 2wx = 4, so w becomes 1 − 0.1·4.
  const trainer = app.trainer(model, { loss: 'tiny/squared', optimizer: 'tiny/sgd' });
  await trainer.fit(examples([[1]], [0]), { epochs: 1, batchSize: 1 });
  const [weight = NaN] = (await model.weights()).get('dense/weight')?.data ?? [];
  t.true(Math.abs(weight - 0.6) < 1e-6);
  const copy = app.build(JSON.parse(JSON.stringify(model)));
  copy.load(await model.weights());
  t.deepEqual(await values(copy, [[2]]), await values(model, [[2]]));
  await app.close();
});

test('a layer that runs twice draws other random numbers the second time', async (t) => {
  const app = wrapperApp();
  const x = app.tensor([new Array<number>(64).fill(1)]);
  const twice = app.model(({ input, layer, use }) => {
    const start = input([64]);
    const first = layer('tiny/dropout', start);
    return layer('tiny/add', [first, use(first, start)]);
  });
  const places: string[] = [];
  const sums = await runInTraining(twice, x, places);
  t.deepEqual(places, ['dropout', 'dropout:2']);
  // Each is 0 or 2: with the same mask twice, no sum would be 2.
  t.true(sums.includes(2));
  t.deepEqual(await runInTraining(twice, x), sums);

  const inside = app.sequential({ input: [64] }, [{ 'wrap/siamese': { layer: 'tiny/dropout' }, name: 'pair' }]);
  const insidePlaces: string[] = [];
  await runInTraining(inside, x, insidePlaces);
  t.deepEqual(insidePlaces, ['pair/tower', 'pair/tower:2']);
});

test('a model is a layer of another, and brings what it has learnt', async (t) => {
  const app = wrapperApp();
  const backbone = app.sequential({ input: [2], seed: 5 }, [{ 'tiny/dense': { units: 3 } }, 'tiny/relu']);
  const model = app.model(({ input, layer }) =>
    layer({ 'tiny/dense': ones }, layer({ model: backbone.composition, name: 'backbone' }, input([2]))),
  );
  t.deepEqual(
    model.parameters.map(({ name }) => name),
    ['backbone/dense/weight', 'dense/weight'],
  );
  model.load(await backbone.weights(), { into: 'backbone' });
  const features = await values(backbone, [[1, -2]]);
  const expected = features.reduce((sum, feature) => sum + feature, 0);
  t.true(Math.abs((await values(model, [[1, -2]]))[0]! - expected) < 1e-6);
  const copy = app.build(JSON.parse(JSON.stringify(model)));
  t.deepEqual(copy.composition, model.composition);

  t.throws(() => app.sequential({ input: [3] }, [{ model: backbone.composition }]), {
    code: 'DATA_INVALID',
    message: /layer 'model' on float32 \[3\].*takes float32 \[2\]/,
  });
  t.throws(() => app.sequential({ input: [2] }, [{ model: { ...backbone.composition, outputs: [] as never } }]), {
    code: 'OPTIONS_INVALID',
  });
});

test('weights are loaded in part where a filter says so', async (t) => {
  const app = wrapperApp();
  const layers = [
    { 'tiny/dense': { units: 2 }, name: 'stem' },
    { 'tiny/dense': { units: 2 }, name: 'head' },
  ] as const;
  const [source, target] = [app.sequential({ input: [2], seed: 1 }, layers), app.sequential({ input: [2] }, layers)];
  const [given, before] = [await source.weights(), await target.weights()];
  target.load(given, { on: { names: ['stem/**'] } });
  const after = await target.weights();
  t.deepEqual(after.get('stem/weight'), given.get('stem/weight'));
  t.deepEqual(after.get('head/weight'), before.get('head/weight'));
  t.throws(() => target.load(new Map(), { on: { names: ['stem/*'] } }), { message: /stem\/weight is missing/ });
  t.throws(() => target.load(given, { on: { names: ['stern/**'] } }), { message: /no parameter is called 'stern/ });
});

test('a layer whose parameters are all frozen runs as in evaluation, with all that is inside it', async (t) => {
  const app = wrapperApp();
  const inner = app.sequential({ input: [1] }, [{ 'tiny/dense': ones }, 'tiny/dropout', 'tiny/counter']);
  const model = app.model(({ input, layer }) =>
    layer('tiny/counter', layer({ model: inner.composition, name: 'backbone' }, input([1]))),
  );
  const updated = (frozen: readonly string[]): string[] => {
    const names: string[] = [];
    model.apply([app.tensor([[1]])], {
      ...evaluationContext('float32'),
      training: true,
      random: () => app.tensor(Int32Array.of(1, 2, 3), [3], 'int32'),
      update: ({ name }) => void names.push(name),
      frozen: ({ name }) => frozen.includes(name),
    });
    return names;
  };
  t.deepEqual(updated([]), ['backbone/counter/steps', 'counter/steps']);
  t.deepEqual(updated(['backbone/dense/weight']), ['counter/steps']);
  t.deepEqual(updated(['counter/steps']), ['backbone/counter/steps']);
});

test('an error names the innermost layer, in words and as data', (t) => {
  const app = wrapperApp();
  const error = t.throws(() =>
    app.sequential({ input: [2] }, [{ 'wrap/siamese': { layer: { 'tiny/dense': { units: -1 } } }, name: 'pair' }]),
  );
  t.true(isAdjointError(error) && error.code === 'SHAPE_MISMATCH' && error.layer === 'pair/tower');
  t.regex(error.message, /^layer 'pair\/tower' on float32 \[2\]: /);
  const fail = (): never => {
    throw new TypeError('odd');
  };
  const broken = t.throws(() => app.sequential({ input: [2] }, [{ 'tiny/lambda': { apply: fail } }]));
  t.true(isAdjointError(broken) && broken.code === 'LAYER_FAILED' && broken.layer === 'lambda');
});
