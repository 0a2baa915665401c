import test from 'ava';
import { hostTensor } from '@adjoint/core';
import { testPlugin } from '@adjoint/core/testing';
import { dataset } from '@adjoint/data';
import { decodeModel, encodeModel } from '@adjoint/io';
import { decodeOnnx, importOnnx, onnxPlugin, runOnnx } from '@adjoint/onnx';
import { floats, integers, modelOf, value } from './models.js';
import { difference, randomTensor, withApp } from './support.js';

testPlugin(test, { plugin: onnxPlugin });

/** y = relu(x·Aᵀ + b) in the shape [N, 2, 2] that is computed from that of x, as exporters of PyTorch write it. */
const dense = modelOf({
  input: [value('x', ['N', 3])],
  output: [value('y', ['N', 2, 2])],
  initializer: [
    floats('weight', [4, 3], [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1]),
    floats('bias', [4], [0, 0, -1, 0]),
    integers('start', [0]),
    integers('end', [1]),
    integers('rest', [2, 2]),
  ],
  node: [
    {
      name: 'dense',
      opType: 'Gemm',
      input: ['x', 'weight', 'bias'],
      output: ['a'],
      attribute: [{ name: 'transB', type: 2, i: 1n }],
    },
    { name: 'activation', opType: 'Relu', input: ['a'], output: ['b'] },
    { opType: 'Shape', input: ['b'], output: ['shape'] },
    { opType: 'Slice', input: ['shape', 'start', 'end'], output: ['batch'] },
    { opType: 'Concat', input: ['batch', 'rest'], output: ['target'], attribute: [{ name: 'axis', type: 2, i: 0n }] },
    { name: 'out', opType: 'Reshape', input: ['b', 'target'], output: ['y'] },
  ],
});

test('a model that was imported predicts, for any number of examples', (t) =>
  withApp(async (app) => {
    const model = importOnnx(app, dense);
    t.deepEqual(
      model.parameters.map(({ name, role }) => [name, role]),
      [
        ['onnx/weight', 'kernel'],
        ['onnx/bias', 'bias'],
      ],
    );
    t.deepEqual(model.output.shape, [2, 2]);
    const y = await model.predict([
      [1, -2, 3],
      [0, 0, 0],
      [1, 1, 1],
    ]);
    t.deepEqual([...y.data], [1, 0, 2, 2, 0, 0, 0, 0, 1, 1, 0, 3]);
  }));

test('it is trained, saved and loaded as any other', (t) =>
  withApp(async (app) => {
    const model = importOnnx(app, dense, { name: 'net' });
    const trainer = app.trainer(model, { loss: 'meanSquaredError', optimizer: { sgd: { learningRate: 0.1 } } });
    const x = randomTensor('x', [32, 3]);
    // What the model gives, halved.
    const targets = hostTensor(
      (await model.predict(x)).data.map((each) => each / 2),
      [32, 2, 2],
    );
    const data = dataset({ inputs: x, targets });
    const { loss: before = 0 } = await trainer.evaluate(data);
    await trainer.fit(data, { epochs: 40, batchSize: 8 });
    const { loss: after = 1 } = await trainer.evaluate(data);
    t.true(after < 0.5 * before);
    const { composition, weights } = decodeModel(
      encodeModel({ composition: model.toJSON(), weights: await model.weights() }),
    );
    const again = app.build(composition, { weights });
    t.is(difference(await again.predict(x), await model.predict(x)), 0);
  }));

test('a backbone ends at an inner value, takes a new head, and rests or is trained', (t) =>
  withApp(async (app) => {
    const { graph, weights } = decodeOnnx(dense, { outputs: ['b'] });
    t.deepEqual(
      graph.nodes.map(({ op }) => op),
      ['Gemm', 'Relu'],
    );
    app.use(onnxPlugin);
    const model = app.model(({ input, layer }) =>
      layer({ dense: { units: 1 } }, layer({ onnx: graph, name: 'backbone' }, input([3]))),
    );
    model.load(weights, { into: 'backbone' });
    const trainer = app.trainer(model, {
      loss: 'meanSquaredError',
      optimizer: [
        { on: { names: ['backbone/**'] }, use: 'frozen' },
        { on: { names: ['dense/**'] }, use: { sgd: { learningRate: 0.1 } } },
      ],
    });
    const x = randomTensor('x', [16, 3]);
    await trainer.fit(dataset({ inputs: x, targets: hostTensor(new Float32Array(16), [16, 1]) }), {
      epochs: 2,
      batchSize: 8,
    });
    const after = await model.weights();
    t.deepEqual(after.get('backbone/weight')?.data, weights.get('weight')?.data);
    t.not(
      difference(
        after.get('dense/weight'),
        app
          .build(model.composition)
          .parameters.find(({ name }) => name === 'dense/weight')!
          .initial(),
      ),
      0,
    );
  }));

test('a batch normalization goes on learning its statistics, with the momentum of the file', (t) =>
  withApp(async (app) => {
    const bytes = modelOf({
      input: [value('x', ['N', 2])],
      output: [value('y', ['N', 2])],
      initializer: [
        floats('scale', [2], [1, 1]),
        floats('bias', [2], [0, 0]),
        floats('mean', [2], [10, 20]),
        floats('var', [2], [4, 1]),
      ],
      node: [
        {
          opType: 'BatchNormalization',
          input: ['x', 'scale', 'bias', 'mean', 'var'],
          output: ['y'],
          attribute: [
            { name: 'epsilon', type: 1, f: 0 },
            { name: 'momentum', type: 1, f: 0.75 },
          ],
        },
      ],
    });
    const model = importOnnx(app, bytes);
    t.deepEqual(
      model.states.map(({ name }) => name),
      ['onnx/mean', 'onnx/var'],
    );
    t.deepEqual([...(await model.predict([[12, 20]])).data], [1, 0]);
    const trainer = app.trainer(model, { loss: 'meanSquaredError', optimizer: { sgd: { learningRate: 0 } } });
    const inputs = hostTensor([
      [1, 0],
      [3, 2],
    ]);
    await trainer.fit(dataset({ inputs, targets: hostTensor(new Float32Array(4), [2, 2]) }), {
      epochs: 1,
      batchSize: 2,
    });
    const weights = await model.weights();
    // 0.75·10 + 0.25·2 and 0.75·4 + 0.25·1; 0.75·20 + 0.25·1 and 0.75·1 + 0.25·1.
    t.deepEqual([...weights.get('onnx/mean')!.data], [8, 15.25]);
    t.deepEqual([...weights.get('onnx/var')!.data], [3.25, 1]);
  }));

test('a model for a fixed number of examples takes any', (t) =>
  withApp(async (app) => {
    const bytes = modelOf({
      input: [value('x', [1, 2, 2])],
      output: [value('y', [1, 4])],
      initializer: [integers('shape', [1, 4])],
      node: [{ opType: 'Reshape', input: ['x', 'shape'], output: ['y'] }],
    });
    const y = await importOnnx(app, bytes).predict(randomTensor('x', [3, 2, 2]));
    t.deepEqual(y.shape, [3, 4]);
  }));

test('bounds of clipping are read as attributes and as inputs, by the version of the operators', async (t) => {
  const x = hostTensor([-2, 0.5, 3]);
  const old = modelOf(
    {
      input: [value('x', [3])],
      output: [value('y', [3])],
      node: [{ opType: 'Clip', input: ['x'], output: ['y'], attribute: [{ name: 'max', type: 1, f: 1 }] }],
    },
    6,
  );
  const recent = modelOf({
    input: [value('x', [3]), value('low', [])],
    output: [value('y', [3])],
    node: [{ opType: 'Clip', input: ['x', 'low'], output: ['y'] }],
  });
  await withApp(async (app) => {
    const [cut] = await runOnnx(app, decodeOnnx(old), new Map([['x', x]]));
    t.deepEqual([...cut!.data], [-2, 0.5, 1]);
    const [raised] = await runOnnx(
      app,
      decodeOnnx(recent),
      new Map([
        ['x', x],
        ['low', hostTensor(0)],
      ]),
    );
    t.deepEqual([...raised!.data], [0, 0.5, 3]);
  });
});

test('all operators that are not supported are listed at once, with the names of their nodes', (t) => {
  const bytes = modelOf({
    input: [value('x', ['N'])],
    output: [value('y', ['N'])],
    node: [
      { name: 'first', opType: 'Unique', input: ['x'], output: ['a'] },
      { name: 'second', opType: 'FusedConv', domain: 'com.microsoft', input: ['a'], output: ['b'] },
      { name: 'third', opType: 'Unique', input: ['b'], output: ['y'] },
    ],
  });
  t.throws(() => decodeOnnx(bytes, { source: 'net.onnx' }), {
    code: 'FILE_INVALID',
    message:
      /^net\.onnx: 2 operators are not supported: Unique \('first', 'third'\); com\.microsoft\.FusedConv \('second'\)\./,
  });
  t.notThrows(() => decodeOnnx(dense, { outputs: ['a'] }));
});

test('what cannot be imported is told of', (t) =>
  withApp(async (app) => {
    t.throws(() => importOnnx(app, Uint8Array.of(1, 2, 3)), {
      code: 'FILE_INVALID',
      message: /not the bytes of an ONNX/,
    });
    t.throws(() => importOnnx(app, new Uint8Array()), { code: 'FILE_INVALID', message: /no graph/ });
    t.throws(() => importOnnx(app, 'net.onnx' as never), {
      code: 'FILE_INVALID',
      message: /Uint8Array or an ArrayBuffer/,
    });
    t.throws(() => importOnnx(app, dense, { outputs: ['z'] }), {
      code: 'OPTIONS_INVALID',
      message: /no node gives 'z'/,
    });
    t.throws(() => importOnnx(app, dense, { shapes: { z: [3] } }), {
      code: 'OPTIONS_INVALID',
      message: /'z', which is no input/,
    });
    const wrong = modelOf({
      input: [value('x', ['N', 3])],
      output: [value('y', ['N'])],
      initializer: [floats('w', [2, 2], [1, 2, 3, 4])],
      node: [{ name: 'product', opType: 'MatMul', input: ['x', 'w'], output: ['y'] }],
    });
    t.throws(() => importOnnx(app, wrong), { code: 'SHAPE_MISMATCH', message: /node 'product' \(MatMul\)/ });
  }));
