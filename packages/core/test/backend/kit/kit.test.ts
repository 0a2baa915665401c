import test from 'ava';
import {
  deviceView,
  KernelCache,
  oddLines,
  readElements,
  storagePlaces,
  timedSteps,
  wholeLines,
  writeElements,
  type Program,
} from '../../../src/backend/index.js';

test('kernels are compiled once for each key, all new ones together', async (t) => {
  const compiled: string[][] = [];
  const cache = new KernelCache<string, string>(
    (source) => source.toLowerCase(),
    async (missing) => {
      compiled.push([...missing]);
      return missing.map((source) => `kernel of ${source}`);
    },
  );
  t.deepEqual(await cache.get(['A', 'b', 'a']), ['kernel of A', 'kernel of b', 'kernel of A']);
  t.deepEqual(await cache.get(['B', 'c']), ['kernel of b', 'kernel of c']);
  t.deepEqual(compiled, [['A', 'b'], ['c']]);
});

test('a kernel cache that is cleared says what it drops', async (t) => {
  const dropped: number[] = [];
  const cache = new KernelCache<number, number>(
    String,
    async (missing) => missing,
    (kernels) => dropped.push(...kernels),
  );
  await cache.get([1, 2]);
  cache.clear();
  t.deepEqual(dropped, [1, 2]);
});

test('elements come back from a buffer as they went in, booleans too', (t) => {
  const memory = new ArrayBuffer(64);
  for (const [dtype, data] of [
    ['float32', Float32Array.of(1.5, -2)],
    ['float64', Float64Array.of(0.1, 1e300)],
    ['int32', Int32Array.of(-1, 7)],
    ['bool', Uint8Array.of(1, 0)],
  ] as const) {
    writeElements(memory, 16, data);
    t.deepEqual(readElements(memory, dtype, 16, 2), data);
  }
  t.is(deviceView(memory, 'bool', 16, 2).BYTES_PER_ELEMENT, 4);
});

test('storages lie in the arena or in bound buffers', (t) => {
  const [arena, first, second] = [{ bytes: 256 }, { bytes: 8 }, { bytes: 4 }];
  const storages = [
    { dtype: 'float32', size: 2, place: { kind: 'bound', index: 1, offset: 0 } },
    { dtype: 'float32', size: 4, place: { kind: 'arena', offset: 64 } },
  ] as const;
  const program: Program = { storages, kernels: [], arenaBytes: 256 };
  t.deepEqual(storagePlaces(program, arena, [first, second]), [
    { buffer: second, offset: 0 },
    { buffer: arena, offset: 64 },
  ]);
});

test('steps are timed under the kernels that they belong to', (t) => {
  const ran: number[] = [];
  const milliseconds = timedSteps(3, [0, 0, 2], (step) => ran.push(step));
  t.deepEqual(ran, [0, 1, 2]);
  t.is(milliseconds.length, 3);
  t.is(milliseconds[1], 0);
  t.true(milliseconds.every((time) => time >= 0));
});

test('cache lines are whole, or odd in number', (t) => {
  t.deepEqual([1, 64, 65].map(wholeLines), [64, 64, 128]);
  t.deepEqual([1, 65, 129, 256].map(oddLines), [64, 192, 192, 320]);
});
