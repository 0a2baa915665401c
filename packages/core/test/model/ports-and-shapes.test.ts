import test from 'ava';
import { hostTensor, passesFilter } from '../../src/index.js';
import { evaluationContext } from '../../src/model/evaluation-context.js';
import { testLayer } from '../../src/testing/index.js';
import { wrapperApp } from './wrappers.js';

testLayer(test, { app: wrapperApp, layer: 'wrap/split', inputs: [[3]] });
testLayer(test, {
  app: wrapperApp,
  layer: { 'wrap/embedding': { words: 5, features: 2 } },
  inputs: [{ shape: [3], dtype: 'int32', below: 5 }],
});
testLayer(test, {
  app: wrapperApp,
  layer: 'wrap/attention',
  inputs: [[2, 3], [4, 3], [4, 2], { shape: [4], dtype: 'bool' }],
});
testLayer(test, { app: wrapperApp, layer: 'wrap/centred', inputs: [[2]], except: ['independence'] });

test('a layer has several outputs, and a model has several', async (t) => {
  const model = wrapperApp().model(({ input, layer }) => {
    const above = layer('wrap/split', input([3]));
    const below = above.output(1);
    return [above, below, layer('tiny/add', [above, below])];
  });
  t.deepEqual(model.composition.outputs, ['split', 'split:1', 'add']);
  t.deepEqual(
    model.outputs.map(({ shape }) => shape),
    [[3], [3], [3]],
  );
  const outputs = await model.predictAll([[-1, 0.5, 2]], { batchSize: 1 });
  t.deepEqual(
    outputs.map(({ data }) => [...data]),
    [
      [0, 0.5, 2],
      [-1, 0, 0],
      [-1, 0.5, 2],
    ],
  );
  await t.throwsAsync(model.predict([[1, 2, 3]]), { code: 'OPTIONS_INVALID', message: /3 outputs.*predictAll/ });
  t.regex(model.summary(), /split +\[3\] and \[3\]/);
});

test('an output that a layer does not have is refused', (t) => {
  const app = wrapperApp();
  t.throws(() => app.model(({ input, layer }) => layer('wrap/split', input([3])).output(2)), {
    code: 'OPTIONS_INVALID',
    message: /no output 'split:2'; known are input, split, split:1/,
  });
  t.throws(() => app.model(({ input, layer }) => layer({ 'tiny/relu': {}, name: 'a:1' }, input([1]))), {
    message: /contains ':'/,
  });
});

test('inputs are given by name, in any order', async (t) => {
  const app = wrapperApp();
  const model = app.model(({ input, layer }) => {
    const [query, key, value] = [
      input([1, 1], { name: 'q' }),
      input([2, 1], { name: 'k' }),
      input([2, 1], { name: 'v' }),
    ];
    const mask = input([2], { name: 'm', dtype: 'bool' });
    return layer('wrap/attention', { mask, value, query, key });
  });
  t.deepEqual(model.composition.layers[0]?.inputs, ['q', 'k', 'v', 'm']);
  const attend = async (mask: boolean[]): Promise<number[]> => {
    const output = await model.predict([
      hostTensor([[[0]]]),
      hostTensor([[[1], [2]]]),
      hostTensor([[[10], [20]]]),
      hostTensor([mask]),
    ]);
    return [...output.data];
  };
  // Equal scores: the mean of what the mask allows.
  t.deepEqual(await attend([true, true]), [15]);
  t.deepEqual(await attend([false, true]), [20]);
});

test('names of inputs that do not lead anywhere are refused', (t) => {
  const app = wrapperApp();
  const compose = (name: 'wrap/attention' | 'tiny/relu', ports: readonly string[]) => () =>
    app.model(({ input, layer }) => {
      const x = input([2, 1]);
      return layer(name, Object.fromEntries(ports.map((port) => [port, x])));
    });
  t.throws(compose('wrap/attention', ['query', 'keys']), { message: /named query, keys; .*query, key, value, mask/ });
  t.throws(compose('wrap/attention', ['query', 'mask']), { message: /of which the last may be left out/ });
  t.throws(compose('tiny/relu', ['x']), { message: /its inputs have no names/ });
});

test('a sequential model takes words', async (t) => {
  const model = wrapperApp().sequential({ input: { shape: [2], dtype: 'int32' } }, [
    { 'wrap/embedding': { words: 3, features: 2 } },
  ]);
  model.load(
    new Map([
      [
        'embedding/table',
        hostTensor([
          [0, 1],
          [2, 3],
          [4, 5],
        ]),
      ],
    ]),
  );
  t.deepEqual([...(await model.predict([[2, 0]])).data], [4, 5, 0, 1]);
});

test('a model computes in float64 throughout', async (t) => {
  const app = wrapperApp();
  const model = app.sequential({ input: [1], dtype: 'float64', seed: 1 }, [
    { 'tiny/dense': { units: 1 } },
    'tiny/counter',
  ]);
  const weights = await model.weights();
  t.deepEqual(
    [...weights.values()].map(({ dtype }) => dtype),
    ['float64', 'float64'],
  );
  const [weight = NaN] = weights.get('dense/weight')?.data ?? [];
  t.not(weight, Math.fround(weight));
  t.deepEqual(await model.predict([[1 / 3]]), hostTensor([[weight / 3]], undefined, 'float64'));
  // The same numbers as in float32, before rounding.
  const rounded = await app.sequential({ input: [1], seed: 1 }, [{ 'tiny/dense': { units: 1 } }]).weights();
  t.deepEqual([...(rounded.get('dense/weight')?.data ?? [])], [Math.fround(weight)]);
  const copy = app.build(JSON.parse(JSON.stringify(model)), { seed: 1 });
  t.is(copy.dtype, 'float64');
  t.deepEqual(await copy.weights(), weights);
});

test('extents may vary where nothing depends on them', async (t) => {
  const app = wrapperApp();
  const model = app.model(({ input, layer }) => {
    const words = input([null], { dtype: 'int32' });
    const features = layer({ 'wrap/embedding': { words: 4, features: 2 } }, words);
    return [features, layer({ 'tiny/lambda': { apply: (x) => x.sum(1) } }, features)];
  });
  t.deepEqual(
    model.outputs.map(({ shape }) => shape),
    [[null, 2], [2]],
  );
  const table = [0, 1, 2, 3].map((word) => [word, 10 * word]);
  model.load(new Map([['embedding/table', hostTensor(table)]]));
  for (const words of [[3], [1, 0, 2]]) {
    const [features, total] = await model.predictAll([words]);
    t.deepEqual(features.shape, [1, words.length, 2]);
    t.deepEqual([...(total?.data ?? [])], [3, 30]);
  }
  t.regex(model.summary(), /\[\*, 2\]/);
  await t.throwsAsync(model.predictAll([[[1]]]), { code: 'DATA_INVALID', message: /takes int32 \[\*\]/ });
});

test('what depends on an extent that may vary is refused', (t) => {
  const app = wrapperApp();
  t.throws(() => app.sequential({ input: [null] }, [{ 'tiny/dense': { units: 3 } }]), {
    code: 'SHAPE_MISMATCH',
    message: /'dense\/weight' \(\[3, 256\] or \[3, 384\]\) depends on an extent that may vary/,
  });
  t.throws(() => app.sequential({ input: [null] }, ['wrap/stubborn']), { message: /layer 'stubborn'/ });
});

test('a filter selects by patterns of names and by roles', (t) => {
  const kernel = { name: 'body/stem/weight', role: 'kernel' };
  t.true(passesFilter(kernel, {}));
  t.true(passesFilter(kernel, { names: ['head/**', 'body/**'], roles: ['kernel'] }));
  t.false(passesFilter(kernel, { names: ['body/*'] }));
  t.true(passesFilter(kernel, { names: ['*/stem/w*'] }));
  t.false(passesFilter(kernel, { names: ['stem/weight'] }));
  t.false(passesFilter(kernel, { names: ['body/**'], roles: ['bias'] }));
  t.false(passesFilter({ name: 'a+b', role: 'kernel' }, { names: ['aab'] }));
});

test('an option is a number, or follows a schedule and is its base in evaluation', async (t) => {
  const app = wrapperApp();
  const layer = { 'wrap/scaled': { factor: { base: 3, schedule: 'tiny/halving' } } } as const;
  const model = app.sequential({ input: [1] }, [layer, { 'wrap/scaled': { factor: 2 } }]);
  t.deepEqual([...(await model.predict([[5]])).data], [30]);
  const evaluation = evaluationContext('float32');
  const [output] = model.apply([app.tensor([[5]])], {
    ...evaluation,
    value: (of) => (typeof of === 'object' && 'schedule' in of ? evaluation.value(of.base / 2) : evaluation.value(of)),
  });
  t.deepEqual([...(await output.read()).data], [15]);
  for (const factor of [11, { base: 11, schedule: 'tiny/halving' }] as const)
    t.throws(() => app.sequential({ input: [1] }, [{ 'wrap/scaled': { factor } }]), { code: 'OPTIONS_INVALID' });
});
