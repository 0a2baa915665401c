import test from 'ava';
import { createApp, definePlugin, hostTensor, type Composition } from '../../src/index.js';
import { tinyApp } from '../tiny.js';

const ones = { units: 1, initializer: 'ones' } as const;

test('layers are named after what they are, or as they are told', (t) => {
  const model = tinyApp().sequential({ input: [2] }, [
    { 'tiny/dense': { units: 3 } },
    'tiny/relu',
    { 'tiny/dense': { units: 3 } },
    { 'tiny/dense': { units: 1 }, name: 'head' },
  ]);
  t.deepEqual(
    model.layers.map(({ name }) => name),
    ['dense', 'relu', 'dense_2', 'head'],
  );
  t.deepEqual(
    model.parameters.map(({ name, role }) => [name, role]),
    [
      ['dense/weight', 'kernel'],
      ['dense_2/weight', 'kernel'],
      ['head/weight', 'kernel'],
    ],
  );
});

test('the summary lists layers, output shapes and parameters', (t) => {
  const model = tinyApp().sequential({ input: [2] }, [{ 'tiny/dense': { units: 3 } }, 'tiny/counter', 'tiny/relu']);
  const lines = model.summary().split('\n');
  t.regex(lines[3]!, /^dense .*\[3\] +6$/);
  t.regex(lines[4]!, /^counter .*\[3\] +0$/);
  t.is(lines.at(-1), '6 parameters, 1 running statistics');
});

test('initial values depend on seed, layer name and parameter name alone', async (t) => {
  const app = tinyApp();
  const head = { 'tiny/dense': { units: 2 }, name: 'head' } as const;
  const weights = async (...[options, layers]: Parameters<typeof app.sequential>): Promise<number[]> => [
    ...(await app.sequential(options, layers).weights()).get('head/weight')!.data,
  ];
  const alone = await weights({ input: [2], seed: 7 }, [head]);
  t.deepEqual(await weights({ input: [2], seed: 7 }, [{ 'tiny/dense': { units: 2 } }, head]), alone);
  t.notDeepEqual(await weights({ input: [2], seed: 8 }, [head]), alone);
  t.notDeepEqual(await weights({ input: [2], seed: 7 }, [{ ...head, name: 'foot' }, head]), [0, 0, 0, 0]);
});

test('a functional model has several inputs, branches and residual connections', async (t) => {
  const model = tinyApp().model(({ input, layer }) => {
    const [a, b] = [input([2], { name: 'a' }), input([1], { name: 'b' })];
    const sum = layer({ 'tiny/dense': ones }, a);
    return layer('tiny/add', [layer('tiny/relu', sum), sum, b]);
  });
  t.deepEqual(
    model.inputs.map(({ name, shape }) => [name, shape]),
    [
      ['a', [2]],
      ['b', [1]],
    ],
  );
  // relu(s) + s + b with s = a₁ + a₂
  const output = await model.predict([
    hostTensor([
      [1, 2],
      [-1, -2],
      [3, -1],
    ]),
    hostTensor([[10], [20], [30]]),
  ]);
  t.deepEqual([...output.data], [16, 17, 34]);
  t.deepEqual(output.shape, [3, 1]);
  t.regex(model.summary(), /add +\[1\] +0 +relu, dense, b/);
});

test('predict gives the same in batches of any size', async (t) => {
  const model = tinyApp().sequential({ input: [1] }, [{ 'tiny/dense': ones }]);
  for (const batchSize of [1, 2, 3, 10])
    t.deepEqual([...(await model.predict([[1], [2], [3], [4], [5]], { batchSize })).data], [1, 2, 3, 4, 5]);
});

test('predict refuses what the model does not take', async (t) => {
  const app = tinyApp();
  const model = app.sequential({ input: [2] }, [{ 'tiny/dense': ones }]);
  await t.throwsAsync(model.predict([[1, 2, 3]]), { code: 'DATA_INVALID', message: /\[3\].*takes float32 \[2\]/ });
  const pair = app.model(({ input, layer }) => layer('tiny/add', [input([1]), input([1])]));
  await t.throwsAsync(pair.predict([[1]]), { code: 'DATA_INVALID', message: /takes 2/ });
  await t.throwsAsync(pair.predict([hostTensor([[1]]), hostTensor([[1], [2]])]), {
    code: 'DATA_INVALID',
    message: /1 and 2 examples/,
  });
});

test('an error while building names the layer and what it was given', (t) => {
  const app = tinyApp();
  t.throws(
    () =>
      app.sequential({ input: [2] }, [
        { 'tiny/dense': { units: 3 }, name: 'a' },
        { 'tiny/dense': { units: -1 }, name: 'broken' },
      ]),
    {
      code: 'SHAPE_MISMATCH',
      message: /layer 'broken' on float32 \[3\]/,
    },
  );
  t.throws(() => app.model(({ input, layer }) => layer('tiny/add', [input([2]), input([3])])), {
    code: 'SHAPE_MISMATCH',
    message: /layer 'add' on float32 \[2\] and float32 \[3\]/,
  });
});

test('links of another model and taken names are refused', (t) => {
  const app = tinyApp();
  const model = app.model.bind(app);
  model(({ input, layer }) => {
    const x = input([1]);
    t.throws(() => model((other) => (other.input([1]), other.layer('tiny/relu', x))), { message: /of this model/ });
    layer({ 'tiny/relu': {}, name: 'a' }, x);
    t.throws(() => layer({ 'tiny/relu': {}, name: 'a' }, x), { message: /'a' is taken/ });
    t.throws(() => layer({ 'tiny/relu': {}, name: 'a/b' }, x), { message: /contains '\/'/ });
    return layer('tiny/relu', x);
  });
});

test('a composition goes through JSON', async (t) => {
  const app = tinyApp();
  const model = app.sequential({ input: [2], seed: 4 }, [{ 'tiny/dense': { units: 2 }, name: 'a' }, 'tiny/relu']);
  const copy = app.build(JSON.parse(JSON.stringify(model)), { seed: 4 });
  t.deepEqual(copy.composition, model.composition);
  t.deepEqual(await copy.weights(), await model.weights());
});

test('a layer that JSON cannot hold works, and says so when the model is saved', async (t) => {
  const app = tinyApp();
  const model = app.sequential({ input: [1] }, [{ 'tiny/lambda': { apply: (x) => x.mul(3) }, name: 'odd' }]);
  t.deepEqual([...(await model.predict([[1], [2]])).data], [3, 6]);
  t.throws(() => JSON.stringify(model), { code: 'OPTIONS_INVALID', message: /layer 'odd'/ });
});

test('a model without outputs, or with those of another, is refused', (t) => {
  const app = tinyApp();
  const refused = { code: 'OPTIONS_INVALID', message: /its outputs are what input\(\) and layer\(\) of it return/ };
  t.throws(() => app.model(() => [] as never), refused);
  t.throws(() => app.model(({ input }) => void input([1]) as never), refused);
  app.model(({ input }) => {
    const foreign = input([1]);
    t.throws(() => app.model((inner) => (inner.input([1]), foreign)), refused);
    return foreign;
  });
  const { composition } = app.sequential({ input: [2] }, ['tiny/relu']);
  t.throws(() => app.build({ ...composition, outputs: [] as never }), { message: /option 'outputs' is \[\]/ });
});

test('a composition whose names lead nowhere is refused', (t) => {
  const app = tinyApp();
  const { composition } = app.sequential({ input: [2] }, ['tiny/relu']);
  const [first] = composition.layers;
  const build = (changed: Partial<Composition>) => () => app.build({ ...composition, ...changed });
  t.throws(build({ outputs: ['nothing'] }), { code: 'OPTIONS_INVALID', message: /the output is 'nothing'/ });
  t.throws(build({ layers: [{ ...first!, inputs: ['later'] }] }), { message: /an input of layer 'relu' is 'later'/ });
  t.throws(build({ layers: [first!, first!] }), { message: /named 'relu'/ });
});

test('weights are loaded all or none', async (t) => {
  const app = tinyApp();
  const layers = [{ 'tiny/dense': { units: 2 } }, 'tiny/counter'] as const;
  const source = app.sequential({ input: [2], seed: 1 }, layers);
  const target = app.sequential({ input: [2], seed: 2 }, layers);
  const [good, before] = [await source.weights(), await target.weights()];
  const bad = new Map(good).set('counter/steps', hostTensor([1, 2])).set('extra', hostTensor(1));
  const error = t.throws(() => target.load(bad), { code: 'SHAPE_MISMATCH' });
  t.regex(error.message, /counter\/steps is float32 \[2\] instead of float32 \[\]; extra is unknown/);
  t.deepEqual(await target.weights(), before);
  target.load(good);
  t.deepEqual(await target.weights(), good);
});

test('an app without a backend says what to install', (t) => {
  const app = createApp();
  t.throws(() => app.tensor([1]), { code: 'BACKEND_MISSING', message: /@adjoint\/backend-wasm/ });
  t.deepEqual(app.registry.names('backend'), ['reference']);
});

test('two apps share neither plugins nor tensors', async (t) => {
  const [first, second] = [tinyApp(), tinyApp()];
  second.use(definePlugin({ name: '@tiny/other', version: '1.0.0', setup() {} }));
  t.is(first.describe().plugins.length + 1, second.describe().plugins.length);
  t.throws(() => first.tensor([1]).add(second.tensor([1])), { code: 'ENGINE_MIXED' });
  await first.close();
  t.throws(() => first.sequential({ input: [1] }, [{ 'tiny/dense': ones }]), { code: 'APP_CLOSED' });
  t.deepEqual(await second.tensor([1, 2]).mul(2).array(), [2, 4]);
});

test('what does not fit does not compile', (t) => {
  const app = tinyApp();
  // @ts-expect-error -- units is required
  t.throws(() => app.sequential({ input: [1] }, ['tiny/dense']), { code: 'OPTIONS_INVALID' });
  // @ts-expect-error -- there is no such layer
  t.throws(() => app.sequential({ input: [1] }, ['tiny/dnse']), { message: /did you mean 'tiny\/dense'/ });
  // @ts-expect-error -- units is a number
  t.throws(() => app.sequential({ input: [1] }, [{ 'tiny/dense': { units: 'many' } }]), { code: 'OPTIONS_INVALID' });
});

test('a draw runs layers as while training, and its number says which', async (t) => {
  const app = tinyApp();
  const model = app.sequential({ input: [32], seed: 2 }, ['tiny/dropout', 'tiny/counter']);
  const rows = [1, 2, 3].map(() => new Array<number>(32).fill(1));
  const draw = async (number: number, batchSize = 2): Promise<number[]> => [
    ...(await model.predict(rows, { draw: number, batchSize })).data,
  ];
  const [first, second] = [await draw(0), await draw(1)];
  t.deepEqual([...new Set([...first, ...second])].toSorted(), [0, 2]);
  t.notDeepEqual(first, second);
  // The two batches of a draw differ as well.
  t.notDeepEqual(first.slice(0, 32), first.slice(64));
  t.deepEqual(await draw(0), first);
  t.deepEqual([...(await model.predict(rows)).data], rows.flat());
  t.deepEqual((await model.weights()).get('counter/steps'), hostTensor(0));
});

test('activations are what inner layers give, by name', async (t) => {
  const model = tinyApp().sequential({ input: [2] }, [
    { 'tiny/dense': { units: 2, initializer: 'ones' } },
    'tiny/relu',
    { 'tiny/dense': ones, name: 'head' },
  ]);
  const examples = [
    [1, -3],
    [2, 2],
    [0, 1],
  ];
  const { dense, relu, input } = await model.activations(examples, ['dense', 'relu', 'input'], { batchSize: 2 });
  t.deepEqual(dense, hostTensor([-2, -2, 4, 4, 1, 1], [3, 2]));
  t.deepEqual(relu, hostTensor([0, 0, 4, 4, 1, 1], [3, 2]));
  t.deepEqual(input, hostTensor(examples));
  t.deepEqual((await model.activations(examples, ['head'])).head, await model.predict(examples));
  const unknown = { code: 'OPTIONS_INVALID', message: /'rely'.* input, dense, relu, head/ };
  await t.throwsAsync(model.activations(examples, ['rely']), unknown);
  await t.throwsAsync(model.activations(examples, []), { code: 'OPTIONS_INVALID' });
});

test('a model up to inner layers has what they need, and takes its weights', async (t) => {
  const app = tinyApp();
  const model = app.model(
    ({ input, layer, use }) => {
      const [a, b] = [input([2], { name: 'a' }), input([2], { name: 'b' })];
      const stem = layer({ 'tiny/dense': { units: 2 }, name: 'stem' }, a);
      const other = layer({ 'tiny/relu': {}, name: 'again' }, use(stem, layer('tiny/relu', a)));
      return layer({ 'tiny/dense': { units: 1 }, name: 'head' }, layer('tiny/add', [other, b]));
    },
    { seed: 3 },
  );
  const part = model.upTo('again');
  t.deepEqual(
    [part.inputs.map(({ name }) => name), part.layers.map(({ name }) => name), part.outputs],
    [['a'], ['stem', 'relu', 'stem_2', 'again'], ['again']],
  );
  const backbone = app.build(part);
  backbone.load(await model.weights(), { on: { names: ['**'] } });
  const examples = hostTensor([[1, -2]]);
  const { again } = await model.activations([examples, examples], ['again']);
  t.deepEqual(await backbone.predict(examples), again);
  t.throws(() => model.upTo('agian'), { code: 'OPTIONS_INVALID' });
});
