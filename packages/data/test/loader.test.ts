import fc from 'fast-check';
import test from 'ava';
import { batches, Loader } from '../src/index.js';
import { asynchronous, numbered, range, refuses } from './support.js';

test('the batches of an epoch hold every example once; the last one is what is left', (t) => {
  const all = [...batches(numbered(10), { batchSize: 4, seed: 2 })];
  t.deepEqual(
    all.map((indices) => indices.length),
    [4, 4, 2],
  );
  t.deepEqual(
    all.flatMap((indices) => [...indices]).sort((a, b) => a - b),
    [...range(10)],
  );
  t.deepEqual(
    [...batches(numbered(10), { batchSize: 4, dropLast: true })].map((indices) => indices.length),
    [4, 4],
  );
  t.deepEqual([...batches(numbered(10), { batchSize: 'full', shuffle: false })], [range(10)]);
  t.deepEqual([...batches(numbered(0), { batchSize: 4 })], []);
});

test('the order of an epoch is a function of seed and epoch', (t) => {
  const order = (seed: number, epoch: number): number[] => [
    ...[...batches(numbered(10), { batchSize: 'full', seed, epoch })][0]!,
  ];
  // From a program of its own in Python: Threefry, child 'shuffle/3', Fisher-Yates.
  t.deepEqual(order(42, 3), [6, 1, 3, 2, 0, 8, 4, 7, 9, 5]);
  t.notDeepEqual(order(42, 4), order(42, 3));
  t.notDeepEqual(order(43, 3), order(42, 3));
});

test('a loader reads the epochs one after the other', async (t) => {
  const loader = new Loader(asynchronous(numbered(5)), { batchSize: 2, seed: 8 });
  t.is(loader.batchesPerEpoch, 3);
  for (let epoch = 0; epoch < 3; epoch++) {
    for (const indices of batches(numbered(5), { batchSize: 2, seed: 8, epoch })) {
      t.deepEqual([...(await loader.next()).targets[0]!.data], [...indices]);
    }
  }
  t.deepEqual(loader.position, { seed: 8, epoch: 3, index: 0 });
});

test('a loader set to a saved position goes on with the same batches, wherever it was', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 8 }),
      fc.nat(40),
      fc.nat(),
      (size, batchSize, steps, seed) => {
        const loader = new Loader(numbered(size), { batchSize, seed });
        for (let i = 0; i < steps; i++) loader.nextIndices();
        const resumed = new Loader(numbered(size), { batchSize });
        resumed.position = JSON.parse(JSON.stringify(loader.position));
        for (let i = 0; i < 10; i++) t.deepEqual(resumed.nextIndices(), loader.nextIndices());
      },
    ),
    { numRuns: 30 },
  );
});

test('wrong options and positions are refused', async (t) => {
  for (const batchSize of [0, -1, 1.5, NaN]) {
    await refuses(t, () => new Loader(numbered(3), { batchSize }), 'OPTIONS_INVALID', /batchSize/);
  }
  await refuses(
    t,
    () => new Loader(numbered(3), { batchSize: 4, dropLast: true }),
    'OPTIONS_INVALID',
    /no batch of 4 with dropLast/,
  );
  const loader = new Loader(numbered(3), { batchSize: 2 });
  for (const wrong of [{ index: 2 }, { epoch: -1 }, { seed: 0.5 }]) {
    await refuses(
      t,
      () => (loader.position = { seed: 0, epoch: 0, index: 0, ...wrong }),
      'OPTIONS_INVALID',
      /2 batches/,
    );
  }
});
