import test from 'ava';
import fc from 'fast-check';
import {
  groupKFold,
  kFold,
  leaveOneOut,
  nested,
  repeated,
  stratifiedKFold,
  timeSeriesSplit,
  type Split,
} from '../src/index.js';

const testsOf = (splits: readonly Split[]): number[][] => splits.map((split) => [...split.test]);

test('k-fold deals each example to one test part, of sizes that differ by at most one', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 9 }),
      fc.integer({ min: 0, max: 30 }),
      fc.option(fc.nat(99), { nil: undefined }),
      (folds, more, seed) => {
        const size = folds + more;
        const splits = kFold(size, { folds, ...(seed !== undefined && { seed }) });
        t.deepEqual(
          testsOf(splits)
            .flat()
            .sort((a, b) => a - b),
          [...Array(size).keys()],
        );
        for (const { train, test: held } of splits) {
          t.is(new Set([...train, ...held]).size, size);
          t.true(held.length === Math.floor(size / folds) || held.length === Math.ceil(size / folds));
          t.deepEqual(
            [...train],
            [...train].sort((a, b) => a - b),
          );
        }
      },
    ),
  );
});

test('a seed decides the folds', (t) => {
  const at = (seed: number): number[][] => testsOf(kFold(20, { seed }));
  t.deepEqual(at(1), at(1));
  t.notDeepEqual(at(1), at(2));
  t.notDeepEqual(at(1), testsOf(kFold(20)));
});

test("unseeded stratified folds are those of scikit-learn's documentation", (t) => {
  // StratifiedKFold's example in the user guide: 45 of class 0 and 5 of class 1 in 3 folds give test parts with
  // [15, 2], [15, 2] and [15, 1] of them.
  const classes = [...new Array<number>(45).fill(0), ...new Array<number>(5).fill(1)];
  t.deepEqual(
    testsOf(stratifiedKFold(classes, { folds: 3 })).map((part) =>
      [0, 1].map((label) => part.filter((i) => classes[i] === label).length),
    ),
    [
      [15, 2],
      [15, 2],
      [15, 1],
    ],
  );
  // StratifiedKFold(2) of y = [0, 0, 1, 1] in its reference: test parts [0, 2] and [1, 3].
  t.deepEqual(testsOf(stratifiedKFold([0, 0, 1, 1], { folds: 2 })), [
    [0, 2],
    [1, 3],
  ]);
});

test('each stratified fold holds each class, with or without a seed', (t) => {
  const classes = Int32Array.from({ length: 61 }, (_, i) => (i % 7 === 0 ? 2 : i % 2));
  for (const options of [{}, { seed: 5 }]) {
    for (const part of testsOf(stratifiedKFold(classes, { folds: 4, ...options }))) {
      for (const label of [0, 1, 2]) {
        const exact = classes.filter((one) => one === label).length / 4;
        t.true(Math.abs(part.filter((i) => classes[i] === label).length - exact) < 1);
      }
    }
  }
});

test('a group is never on both sides, and folds are balanced greedily', (t) => {
  const groups = [...'aaaabbbccdde'];
  for (const options of [{}, { seed: 3 }]) {
    const splits = groupKFold(groups, { folds: 3, ...options });
    for (const { train, test: held } of splits) {
      const trained = new Set([...train].map((i) => groups[i]));
      t.false([...held].some((i) => trained.has(groups[i])));
    }
    // 4 | 3 + 1 | 2 + 2.
    t.deepEqual(
      splits.map((split) => split.test.length),
      [4, 4, 4],
    );
  }
});

test('leave-one-out tests each example once', (t) => {
  t.deepEqual(testsOf(leaveOneOut(3)), [[0], [1], [2]]);
  t.deepEqual([...leaveOneOut(3)[1]!.train], [0, 2]);
});

test("time series splits with a gap and a limit are those of scikit-learn's reference", (t) => {
  const parts = (splits: readonly Split[]): number[][][] => splits.map(({ train, test }) => [[...train], [...test]]);
  // TimeSeriesSplit's examples: n_splits=5 of 6; n_splits=3, test_size=2 of 12, also with gap=2.
  t.deepEqual(parts(timeSeriesSplit(6)).at(-1), [[0, 1, 2, 3, 4], [5]]);
  t.deepEqual(parts(timeSeriesSplit(12, { folds: 3, testSize: 2 })), [
    [
      [0, 1, 2, 3, 4, 5],
      [6, 7],
    ],
    [
      [0, 1, 2, 3, 4, 5, 6, 7],
      [8, 9],
    ],
    [
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      [10, 11],
    ],
  ]);
  t.deepEqual(parts(timeSeriesSplit(12, { folds: 3, testSize: 2, gap: 2 }))[0], [
    [0, 1, 2, 3],
    [6, 7],
  ]);
  t.deepEqual(parts(timeSeriesSplit(12, { folds: 3, testSize: 2, maxTrainSize: 3 }))[2], [
    [7, 8, 9],
    [10, 11],
  ]);
});

test('repeated splits have other folds in each round', (t) => {
  const splits = repeated({ rounds: 3, seed: 1 }, (seed) => kFold(12, { folds: 4, seed }));
  t.is(splits.length, 12);
  const rounds = [0, 4, 8].map((start) => JSON.stringify(testsOf(splits.slice(start, start + 4))));
  t.is(new Set(rounds).size, 3);
});

test('inner splits never see the test part, and number the whole', (t) => {
  const splits = nested(kFold(20, { folds: 4, seed: 1 }), ({ length }, fold) =>
    kFold(length, { folds: 3, seed: fold }),
  );
  for (const { test: held, train, inner } of splits) {
    t.is(inner.length, 3);
    t.deepEqual(
      testsOf(inner)
        .flat()
        .sort((a, b) => a - b),
      [...train],
    );
    t.false(inner.some((split) => [...split.train, ...split.test].some((i) => held.includes(i))));
  }
});

test('what is too small to split is refused with what to do', (t) => {
  t.throws(() => kFold(3, { folds: 4 }), { code: 'DATA_INVALID', message: /3 examples .* 4 folds; use at most/ });
  t.throws(() => kFold(10, { folds: 1 }), { code: 'OPTIONS_INVALID' });
  t.throws(() => kFold(10, { folds: 2.5 }), { code: 'OPTIONS_INVALID' });
  t.throws(() => leaveOneOut(1), { code: 'DATA_INVALID' });
  t.throws(() => stratifiedKFold([0, 0, 0, 1, 1], { folds: 3 }), {
    code: 'DATA_INVALID',
    message: /class 1 has 2 examples, so that it would be missing from 1 of 3 folds; use at most 2/,
  });
  t.throws(() => groupKFold([1, 1, 1, 2, 2], { folds: 3 }), { code: 'DATA_INVALID', message: /2 groups/ });
  t.throws(() => timeSeriesSplit(10, { folds: 3, testSize: 3, gap: 1 }), { code: 'DATA_INVALID', message: /gap of 1/ });
  t.throws(() => timeSeriesSplit(10, { gap: -1 }), { code: 'OPTIONS_INVALID' });
  t.throws(() => repeated({ rounds: 0, seed: 1 }, () => []), { code: 'OPTIONS_INVALID' });
  t.throws(() => nested(kFold(6, { folds: 2 }), () => kFold(4, { folds: 2 })), {
    code: 'OPTIONS_INVALID',
    message: /place 3 of a training part of 3/,
  });
});
