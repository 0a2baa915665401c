import test from 'ava';
import { wasm } from '@adjoint/backend-wasm';
import { convLayers } from '@adjoint/conv-layers';
import { createApp, hostTensor, RandomSource, sizeOf, type HostTensor, type Model } from '@adjoint/core';
import { decodeModel, decodeSafetensors, encodeModel, encodeSafetensors } from '@adjoint/io';
import { layers } from '@adjoint/layers';
import { compileStandalone, loadStandalone } from '../src/index.js';

// Models as files that run without the compiler and the layers.

const newApp = () =>
  createApp({ plugins: [layers, convLayers, wasm], backend: { wasm: { portable: true, threads: 1 } } });

const models: Readonly<Record<string, (app: ReturnType<typeof newApp>) => Model>> = {
  'convolutions, also by minimal filtering': (app) =>
    app.sequential({ input: [8, 12, 12] }, [
      { conv2d: { filters: 16, kernel: 3, padding: 'same' } },
      'batchNorm',
      'relu',
      { maxPool2d: { size: 2 } },
      { conv2d: { filters: 4, kernel: 3, stride: 2 } },
      'flatten',
      { dropout: { rate: 0.5 } },
      { dense: { units: 5 } },
      'softmax',
    ]),
  'a recurrent layer and attention': (app) =>
    app.sequential({ input: [6, 8] }, [{ lstm: { units: 8 } }, { multiHeadAttention: { heads: 2 } }, 'gelu']),
  'an embedding of whole numbers': (app) =>
    app.sequential({ input: { shape: [4], dtype: 'int32' } }, [
      { embedding: { words: 9, features: 3 } },
      'flatten',
      'tanh',
    ]),
  'several inputs and outputs in float64': (app) =>
    app.model(
      ({ input, layer }) => {
        const [a, b] = [input([3]), input([3])];
        const sum = layer('add', [a, b]);
        return [layer({ dense: { units: 2 } }, sum), sum];
      },
      { dtype: 'float64' },
    ),
};

for (const [name, build] of Object.entries(models)) {
  test(`${name}: the file gives the same bits as the model, and is a saved model`, async (t) => {
    const app = newApp();
    t.teardown(() => app.close());
    const model = build(app);
    const inputs = examplesFor(model, 9);
    const expected = await model.predictAll(inputs, { batchSize: 3 });
    const file = await compileStandalone(app, model, { examples: 3 });
    const standalone = await loadStandalone(file);
    for (let run = 0; run < 2; run++) t.deepEqual(await standalone.predictAll(inputs), expected);
    const fewer = (tensors: readonly HostTensor[]) => tensors.map((tensor) => rowsOf(tensor, 8));
    t.deepEqual([...(await standalone.predictAll(fewer(inputs)))], fewer(expected), 'two runs of three, one of two');
    const [a, b] = await Promise.all([standalone.predictAll(inputs), standalone.predictAll(inputs)]);
    t.deepEqual([a, b], [expected, expected], 'two at once');
    t.deepEqual([standalone.inputs, standalone.outputs], [model.inputs, model.outputs]);

    const { composition, weights } = decodeModel(file);
    t.deepEqual(await app.build(composition, { weights }).predictAll(inputs, { batchSize: 3 }), expected);
    const bytesOfWeights = [...weights.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
    t.true(file.length < bytesOfWeights + 200_000, 'weights are there once');
  });
}

test('examples have the forms that a model takes, and classes their names', async (t) => {
  const app = newApp();
  t.teardown(() => app.close());
  const { composition } = app.sequential({ input: [2] }, [{ dense: { units: 3, bias: false } }]);
  const named = { ...composition, classes: ['cat', 'dog', 'eel'] };
  const kernel = hostTensor([1, 0, 0, 1, 0, 0.5], [3, 2], 'float32');
  const model = app.build(named, { weights: new Map([['dense/weight', kernel]]) });
  const standalone = await loadStandalone(await compileStandalone(app, model));
  const images = [
    [3, 1],
    [1, 3],
  ];
  for (const examples of [
    images,
    Uint8Array.of(3, 1, 1, 3),
    { x: images },
    images.map((row) => Uint8Array.from(row)),
  ]) {
    const { data, shape } = await standalone.predict(examples);
    t.deepEqual([...data], [3, 1, 0.5, 1, 3, 1.5]);
    t.deepEqual(shape, [2, 3]);
  }
  t.deepEqual(await standalone.predictClasses(images), [
    { index: 0, name: 'cat', score: 3 },
    { index: 1, name: 'dog', score: 3 },
  ]);
});

test('a single output is one of two classes where the end of the model shows its scale', async (t) => {
  const app = newApp();
  t.teardown(() => app.close());
  const model = app.sequential({ input: [1] }, ['sigmoid']);
  const standalone = await loadStandalone(await compileStandalone(app, model));
  const classes = await standalone.predictClasses([[-1], [1]]);
  t.deepEqual(
    classes.map(({ index }) => index),
    [0, 1],
  );
});

test('examples that do not fit are refused in the words of a model', async (t) => {
  const app = newApp();
  t.teardown(() => app.close());
  const model = app.sequential({ input: [2] }, [{ dense: { units: 1 } }]);
  const standalone = await loadStandalone(await compileStandalone(app, model));
  for (const wrong of [[[1]], [1, 2, 3], ['one', 2], undefined] as never[]) {
    const { message, code } = await t.throwsAsync<Error & { code: string }>(model.predict(wrong));
    await t.throwsAsync(standalone.predict(wrong), { message, code });
  }
  const pair = app.model(({ input, layer }) => {
    const x = input([2]);
    return [layer('relu', x), x];
  });
  const both = await loadStandalone(await compileStandalone(app, pair));
  await t.throwsAsync(both.predict([[1, 2]]), { message: /2 outputs .* call predictAll/ });
});

test('files without code, with that of another model, or that are damaged, are refused', async (t) => {
  const app = newApp();
  t.teardown(() => app.close());
  const model = app.sequential({ input: [2] }, [{ dense: { units: 1 } }]);
  const file = await compileStandalone(app, model);
  const refused = (bytes: Uint8Array, message: RegExp) =>
    t.throwsAsync(loadStandalone(bytes, { source: 'page.safetensors' }), { code: 'FILE_INVALID', message });
  await refused(new Uint8Array(), /^page.safetensors: /);
  await refused(file.subarray(0, -1), /cut off/);
  const { composition, weights, code } = decodeModel(file);
  await refused(encodeModel({ composition, weights }), /saved model without code/);
  const other = new Map(weights).set('dense/weight', hostTensor([[1], [2], [3]]));
  await refused(encodeModel({ composition, weights: other, code: code! }), /another 'dense\/weight'/);

  // The program's own part of the file.
  const { tensors, metadata } = decodeSafetensors(file);
  const withCode = (change: (words: Int32Array) => Int32Array): Uint8Array => {
    const data = change(Int32Array.from(code!.data));
    const changed = new Map(tensors).set('adjoint:code', { data, shape: [data.length], dtype: 'int32' });
    return encodeSafetensors(changed, Object.fromEntries(metadata));
  };
  await refused(
    withCode((words) => words.subarray(0, -1)),
    /something missing/,
  );
  await refused(
    withCode((words) => words.fill(0, 1, 3)),
    /beginning that cannot be read/,
  );
  await refused(
    withCode((words) => words.subarray(0, 0)),
    /beginning that cannot be read/,
  );
  for (const [key, end] of [
    ['"address":', ','],
    ['"inputs":[', ']'],
  ] as const)
    await refused(
      withCode((words) => {
        const text = Buffer.from(words.buffer);
        const at = text.indexOf(key) + key.length;
        text.fill('9', at, text.indexOf(end, at));
        return words;
      }),
      /addresses beyond its memory/,
    );
});

test('models of varying extents are refused, since code is for one size', async (t) => {
  const app = newApp();
  t.teardown(() => app.close());
  const varying = app.sequential({ input: [null, 2] }, [{ dense: { units: 1 } }]);
  await t.throwsAsync(compileStandalone(app, varying), { code: 'SHAPE_MISMATCH', message: /fixed extents/ });
});

/** The first entries of a tensor along its first axis. */
function rowsOf({ data, shape: [, ...rest], dtype }: HostTensor, count: number): HostTensor {
  return { data: data.slice(0, count * sizeOf(rest)), shape: [count, ...rest], dtype };
}

function examplesFor(model: Model, count: number): HostTensor[] {
  const random = new RandomSource(4);
  return model.inputs.map(({ shape, dtype }) => {
    const whole = [count, ...(shape as number[])];
    const numbers = Array.from({ length: sizeOf(whole) }, () => random.uniform() * 8);
    return hostTensor(dtype === 'int32' ? numbers.map(Math.floor) : numbers, whole, dtype);
  });
}
