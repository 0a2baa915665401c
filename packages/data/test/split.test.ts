import fc from 'fast-check';
import test from 'ava';
import { split, type ArrayDataset } from '../src/index.js';
import { asynchronous, numbered, refuses, range } from './support.js';

const members = (part: ArrayDataset): number[] => [...part.allTargets().data];

test('the parts hold every example once, in the sizes asked for', (t) => {
  const parts = split(numbered(100), [0.7, 0.2, 0.1], { seed: 3 });
  t.deepEqual(
    parts.map((part) => part.size),
    [70, 20, 10],
  );
  t.deepEqual(
    parts.flatMap(members).sort((a, b) => a - b),
    [...range(100)],
  );
  t.deepEqual(
    split(numbered(10), [7, 3], { seed: 3 }).map((part) => part.size),
    [7, 3],
  );
});

test('the same seed gives the same parts, and these', (t) => {
  // From a program of its own in Python: Threefry, child 'split', Fisher-Yates.
  const [first, second] = split(numbered(10), [6, 4], { seed: 1 });
  t.deepEqual(members(first!), [9, 1, 4, 6, 8, 3]);
  t.deepEqual(members(second!), [5, 2, 7, 0]);
});

test('a dataset that is not in memory splits alike', async (t) => {
  const [part] = split(asynchronous(numbered(10)), [6, 4], { seed: 1 });
  t.deepEqual([...(await part!.batch(range(6))).targets[0]!.data], [9, 1, 4, 6, 8, 3]);
});

test('a stratified split keeps proportions, exactly where they divide', (t) => {
  const classes = Int32Array.from({ length: 200 }, (_, i) => (i < 100 ? 0 : i < 160 ? 1 : 2));
  const parts = split(numbered(200), [0.8, 0.15, 0.05], { seed: 4, stratify: classes });
  const counts = parts.map((part) =>
    [0, 1, 2].map((label) => members(part).filter((index) => classes[index] === label).length),
  );
  t.deepEqual(counts, [
    [80, 48, 32],
    [15, 9, 6],
    [5, 3, 2],
  ]);
  t.notDeepEqual(
    members(parts[0]!),
    members(parts[0]!).sort((a, b) => a - b),
  );
});

test('a stratified split of any classes is a partition whose class counts are near their share', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(3), { minLength: 1, maxLength: 60 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(),
      (classes, share, seed) => {
        const parts = split(numbered(classes.length), [share, 1 - share], { seed, stratify: classes });
        t.deepEqual(
          parts.flatMap(members).sort((a, b) => a - b),
          [...range(classes.length)],
        );
        for (const label of new Set(classes)) {
          const total = classes.filter((other) => other === label).length;
          const found = members(parts[0]!).filter((index) => classes[index] === label).length;
          t.true(Math.abs(found - total * share) <= 2);
        }
      },
    ),
  );
});

test('parts that do not add up are refused', async (t) => {
  const data = numbered(10);
  await refuses(t, () => split(data, [0.5, 0.4], { seed: 0 }), 'OPTIONS_INVALID', /sum to 0.9/, /10 examples/);
  await refuses(t, () => split(data, [8, 3], { seed: 0 }), 'OPTIONS_INVALID', /sum to 11/);
  await refuses(t, () => split(data, [1.5, -0.5], { seed: 0 }), 'OPTIONS_INVALID');
  await refuses(t, () => split(data, [NaN], { seed: 0 }), 'OPTIONS_INVALID');
  await refuses(
    t,
    () => split(data, [1], { seed: 0, stratify: [1, 2] }),
    'OPTIONS_INVALID',
    /2 classes for 10 examples/,
  );
});
