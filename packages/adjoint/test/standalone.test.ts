import test from 'ava';
import { loadStandalone } from '@adjoint/backend-wasm/standalone';
import { compileStandalone } from '@adjoint/backend-wasm/standalone/compile';
import { createApp, hostTensor, RandomSource, type App, type HostTensor, type Model } from '../src/index.js';

// Models as files that run without the library.

const models: Readonly<Record<string, (app: App) => Model>> = {
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
  test(`${name}: the file gives the same bits as the library`, async (t) => {
    const app = createApp({ backend: { wasm: { portable: true, threads: 1 } } });
    t.teardown(() => app.close());
    const model = build(app);
    const inputs = examplesFor(model, 3);
    const expected = await model.predictAll(inputs);
    const standalone = await loadStandalone(await compileStandalone(app, model, { examples: 3 }));
    for (let run = 0; run < 2; run++) {
      const outputs = standalone.predict(...inputs.map(({ data }) => data));
      t.deepEqual(
        outputs,
        expected.map(({ data }) => data),
      );
    }
    t.deepEqual(
      standalone.outputs,
      expected.map(({ shape, dtype }, i) => ({ name: model.composition.outputs[i]!, dtype, shape })),
    );
    const [one] = standalone.predict(...inputs.map(({ data }) => [...data].slice(0, data.length / 3)));
    t.deepEqual(
      [...one!],
      [...expected[0].data].slice(0, expected[0].data.length / 3),
      'fewer examples, plain numbers',
    );
  });
}

test('inputs that do not fit, and files of other kinds, are refused in words', async (t) => {
  const app = createApp();
  t.teardown(() => app.close());
  const file = await compileStandalone(app, app.sequential({ input: [2] }, [{ dense: { units: 1 } }]));
  const { predict } = await loadStandalone(file);
  for (const given of [
    [],
    [[1]],
    [[1, 2, 3, 4]],
    [
      [1, 2],
      [1, 2],
    ],
  ])
    t.throws(() => predict(...given), { code: 'SHAPE_MISMATCH', message: /this model takes/ });
  t.throws(() => predict(['one', 2] as unknown as number[]), { code: 'DATA_INVALID' });
  for (const wrong of [
    new Uint8Array(),
    file.subarray(0, -1),
    file.slice(4),
    file.map((byte, i) => (i === 9 ? byte + 1 : byte)),
  ])
    await t.throwsAsync(loadStandalone(wrong), { code: 'FILE_INVALID' });
  const text = new TextDecoder('latin1')
    .decode(file)
    .replace(/"address":(\d+)/, (_, digits: string) => `"address":${'9'.repeat(digits.length)}`);
  await t.throwsAsync(loadStandalone(Uint8Array.from(text, (c) => c.charCodeAt(0))), { code: 'FILE_INVALID' });
  const varying = app.sequential({ input: [null, 2] }, [{ dense: { units: 1 } }]);
  await t.throwsAsync(compileStandalone(app, varying), { code: 'SHAPE_MISMATCH', message: /fixed extents/ });
});

function examplesFor(model: Model, count: number): HostTensor[] {
  const random = new RandomSource(4);
  return model.inputs.map(({ shape, dtype }) => {
    const size = shape.reduce<number>((product, extent) => product * (extent ?? 1), count);
    const numbers = Array.from({ length: size }, () => random.uniform() * 8);
    return hostTensor(dtype === 'int32' ? numbers.map(Math.floor) : numbers, [count, ...(shape as number[])], dtype);
  });
}
