import test from 'ava';
import {
  createApp,
  defineEnsemble,
  defineInitializer,
  defineLayer,
  definePlugin,
  defineSampler,
  sizeOf,
  type App,
  type Dataset,
  type EnsembleStrategy,
  type Initializer,
  type Sampler,
} from '../../src/index.js';
import { object } from '../../src/registry/options/index.js';
import { testDataset, testEnsemble, testInitializer, testSampler } from '../../src/testing/index.js';
import { images } from '../../src/testing/training-bed.js';
import { failuresOf } from './failures-of.js';

// The suites of initializers, samplers, datasets and ensembles pass what keeps its contract, and find each way to break it.

const about = { name: '@probe/plugin', version: '1.0.0' };
const it = 'probe/it' as never;
const short = (titles: readonly string[]): string[] => titles.map((title) => title.replace(/^.*?: /, ''));

test('an initializer of the wrong length, or with numbers of its own, is found', async (t) => {
  const failures = async (initializer: () => Initializer): Promise<string[]> => {
    const plugin = definePlugin({
      ...about,
      initializer: { 'probe/it': defineInitializer({ options: object({}), create: initializer }) },
    });
    const app = (): App => createApp({ plugins: [plugin] });
    return short(await failuresOf((run) => testInitializer(run, { app, initializer: it })));
  };
  const filled = (value: () => number) => (): Initializer => (shape) => new Float32Array(sizeOf(shape)).map(value);
  const [length, bits] = [
    'it gives as many finite values as a shape has',
    'the same random source gives the same bits',
  ];
  t.deepEqual(await failures(filled(() => 0.5)), []);
  t.deepEqual(await failures(filled(() => NaN)), [length]);
  t.deepEqual(await failures(() => () => new Float32Array(3)), [length]);
  let calls = 0;
  t.deepEqual(await failures(filled(() => ++calls)), [bits]);
});

test('a sampler that reads what is not there, gives empty batches, or remembers is found', async (t) => {
  const failures = async (batches: Sampler['batches']): Promise<string[]> => {
    const plugin = definePlugin({
      ...about,
      sampler: { 'probe/it': defineSampler({ options: object({}), create: () => ({ batches }) }) },
    });
    const app = (): App => createApp({ plugins: [plugin], backend: 'reference' });
    return short(await failuresOf((run) => testSampler(run, { app, sampler: it, size: 3 })));
  };
  const [hold, follows] = [
    'batches hold examples of the data, and no more than asked for',
    'an epoch follows from the seed and its number alone',
  ];
  t.deepEqual(
    await failures(({ size }, { random }) => Array.from(random.permutation(size), (i) => Int32Array.of(i))),
    [],
  );
  t.deepEqual((await failures(() => [Int32Array.of(0, 1), Int32Array.of(2)])).slice(0, 1), [hold]);
  t.true((await failures(({ size }) => [Int32Array.of(size)])).includes(hold));
  t.true((await failures(() => [Int32Array.of(0), new Int32Array()])).includes(hold));
  let calls = 0;
  t.true((await failures(({ size }) => [Int32Array.of(calls++ % size)])).includes(follows));
});

test('a dataset of other types than it states, or that gives out one array twice, is found', async (t) => {
  const failures = async (change: Partial<Dataset>): Promise<string[]> =>
    short(await failuresOf((run) => testDataset(run, { name: 'probe', open: () => ({ ...images(4), ...change }) })));
  const stated = 'batches have the stated shapes and dtypes, also one of one and an empty one';
  const same = 'an example is the same in any batch, reading and opening';
  t.deepEqual(await failures({}), []);
  t.deepEqual(await failures({ inputs: [{ shape: [1, 6, 6], dtype: 'float64' }] }), [stated]);
  t.deepEqual(await failures({ targets: [] }), [stated]);
  const numbers = (make: (indices: Int32Array) => Float32Array): Partial<Dataset> => ({
    inputs: [{ shape: [], dtype: 'float32' }],
    targets: [],
    batch: (indices) => ({
      inputs: [{ data: make(indices), shape: [indices.length], dtype: 'float32' }],
      targets: [],
    }),
  });
  t.deepEqual(await failures(numbers((indices) => Float32Array.from(indices))), []);
  const shared = new Float32Array(8);
  const reused = numbers((indices) => {
    shared.set(indices);
    return shared.subarray(0, indices.length);
  });
  t.deepEqual(await failures(reused), [same]);
  let reads = 0;
  t.deepEqual(await failures(numbers((indices) => Float32Array.from(indices, () => ++reads))), [same]);
});

test('an ensemble that asks for other members each time, or whose outputs are not finite, is found', async (t) => {
  const failures = async (fit: EnsembleStrategy['fit']): Promise<string[]> => {
    const plugin = definePlugin({
      ...about,
      layer: {
        'probe/sum': defineLayer({
          options: object({}),
          create: () => ({ build: () => (inputs) => inputs.reduce((sum, x) => sum.add(x)) }),
        }),
        'probe/log': defineLayer({
          options: object({}),
          create: () => ({
            build:
              () =>
              ([x]) =>
                x.abs().neg().log(),
          }),
        }),
      },
      ensemble: { 'probe/it': defineEnsemble({ options: object({}), create: () => ({ fit }) }) },
    });
    const app = (): App => createApp({ plugins: [plugin], backend: 'reference' });
    return short(await failuresOf((run) => testEnsemble(run, { app, ensemble: it })));
  };
  const [finite, bits] = [
    'the members are one model, with finite outputs',
    'the same seed gives the same bits, also after an interruption',
  ];
  const combine = 'probe/sum' as never;
  t.deepEqual(await failures(async ({ train }) => ({ members: [await train(), await train()], combine })), []);
  t.deepEqual(await failures(async ({ train }) => ({ members: [await train()], combine: 'probe/log' as never })), [
    finite,
  ]);
  let calls = 0;
  t.deepEqual(await failures(async ({ train }) => ({ members: [await train({ seed: ++calls })], combine })), [bits]);
});
