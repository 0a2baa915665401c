import test from 'ava';
import {
  addIndices,
  axisIndex,
  constantExpression,
  constantIndex,
  divideIndex,
  printLoops,
  scalar,
  scaleIndex,
  type Expression,
  type Index,
  type LoopProgram,
} from '../../src/backend/index.js';

const [i, j, k] = [0, 1, 2].map(axisIndex) as [Index, Index, Index];

function load(buffer: number, index: Index): Expression {
  return { kind: 'load', dtype: 'float32', buffer, index };
}

/** One store, to b9. */
function elementwise(extents: readonly number[], value: Expression, index = i): LoopProgram {
  return { extents, parallel: extents.length, stores: [{ buffer: 9, index, value }], buffers: [] };
}

/** The printed value of a store at i. */
function printed(value: Expression): string {
  return printLoops(elementwise([8], value)).replace('for i < 8: b9[i] = ', '');
}

test('a nest of one line stands on one line; buffers go by their names', (t) => {
  const program: LoopProgram = {
    extents: [32, 64],
    parallel: 2,
    stores: [
      {
        buffer: 2,
        index: addIndices(scaleIndex(i, 64), j),
        value: scalar.maximum(scalar.add(load(0, scaleIndex(j, 2)), load(1, j)), 0),
      },
    ],
    buffers: ['float32', 'float32', 'float32'],
  };
  t.is(printLoops(program, ['x', 'b', 'out']), 'for i < 32: for j < 64: out[64·i + j] = max(x[2·j] + b[j], 0)');
  t.is(printLoops(program), 'for i < 32: for j < 64: b2[64·i + j] = max(b0[2·j] + b1[j], 0)');
});

test('a scalar has no loop', (t) => {
  t.is(printLoops(elementwise([], constantExpression(3, 'float32'), constantIndex(0))), 'b9[0] = 3');
});

const indices: readonly [Index, string][] = [
  [constantIndex(0), '0'],
  [scaleIndex(i, 1, 3), 'i + 3'],
  [scaleIndex(i, -1, 9), '9 − i'],
  [scaleIndex(i, -1), '−i'],
  [scaleIndex(i, -4, 36), '4·(9 − i)'],
  [addIndices(scaleIndex(i, 10), scaleIndex(j, -1, 9)), '10·i + 9 − j'],
  [addIndices(scaleIndex(i, 10), scaleIndex(j, 10, -10)), '10·(i + j − 1)'],
  // Rows and columns of an image of 28 columns, with a padding of 1 on both.
  [addIndices(scaleIndex(addIndices(i, j), 28, -28), scaleIndex(k, 1, -1)), '28·(i + j − 1) + k − 1'],
  [divideIndex(i, 2), 'i/2'],
  [divideIndex(scaleIndex(i, 1, 1), 2), '(i + 1)/2'],
];

for (const [index, text] of indices) {
  test(`the index ${text}`, (t) => {
    t.is(printLoops(elementwise([8, 8, 8], load(0, index))), `for i < 8: for j < 8: for k < 8: b9[i] = b0[${text}]`);
  });
}

const x = load(0, i);
const y = load(1, i);
const expressions: readonly [Expression, string][] = [
  [scalar.sub(scalar.sub(x, y), 2), 'b0[i] − b1[i] − 2'],
  [scalar.sub(x, scalar.sub(y, 2)), 'b0[i] − (b1[i] − 2)'],
  [scalar.mul(scalar.add(x, y), x), '(b0[i] + b1[i]) · b0[i]'],
  [scalar.div(x, scalar.mul(x, y)), 'b0[i] / (b0[i] · b1[i])'],
  [scalar.neg(scalar.add(x, y)), '−(b0[i] + b1[i])'],
  [scalar.add(x, -0.1), 'b0[i] + −0.1'],
  [scalar.exp(scalar.neg(x)), 'exp(−b0[i])'],
  [scalar.minimum(x, Infinity), 'min(b0[i], ∞)'],
  [
    scalar.where(scalar.less(x, y), x, scalar.where(scalar.equal(x, 0), x, y)),
    'b0[i] < b1[i] ? b0[i] : (b0[i] = 0 ? b0[i] : b1[i])',
  ],
  [scalar.named('twice', (a: Expression) => scalar.add(a, a))(x), 'twice(b0[i])'],
  [{ kind: 'cast', dtype: 'int32', x }, 'int32(b0[i])'],
  [{ kind: 'index', dtype: 'int32', index: scaleIndex(i, 2, 1) }, '2·i + 1'],
  [constantExpression(Math.fround(0.1), 'float32'), '0.1'],
  [constantExpression(Math.fround(0.1), 'float64'), '0.10000000149011612'],
  [constantExpression(-0, 'float32'), '−0'],
  [{ kind: 'random', dtype: 'int32', index: i, key: [x, x, y] }, 'random(i; b0[i], b0[i], b1[i])'],
];

for (const [expression, text] of expressions) {
  test(`the expression ${text}`, (t) => t.is(printed(expression), text));
}

test('what is used twice is named once, before its use', (t) => {
  const shared = scalar.exp(x);
  t.is(
    printLoops(elementwise([8], scalar.add(scalar.mul(shared, shared), scalar.sqrt(shared)))),
    'for i < 8:\n  t0 = exp(b0[i])\n  b9[i] = t0 · t0 + sqrt(t0)',
  );
});

test('padding is a condition', (t) => {
  const position = scaleIndex(addIndices(i, j), 1, -1);
  const value: Expression = {
    kind: 'guard',
    dtype: 'float32',
    guards: [{ index: position, extent: 8 }],
    x: load(0, position),
    otherwise: 0,
  };
  t.is(printLoops(elementwise([8, 3], value)), 'for i < 8: for j < 3: b9[i] = 0 ≤ i + j − 1 < 8 ? b0[i + j − 1] : 0');
  const halved: Expression = {
    ...value,
    guards: [{ index: divideIndex(i, 2), extent: 4 }],
    x: load(0, divideIndex(i, 2)),
  };
  t.is(printLoops(elementwise([8], halved)), 'for i < 8: b9[i] = 0 ≤ i/2 < 4 and whole ? b0[i/2] : 0');
});

test('a store does not change what other stores of the same point read', (t) => {
  const program: LoopProgram = {
    extents: [8],
    parallel: 1,
    stores: [
      { buffer: 2, index: i, value: scalar.mul(load(0, i), 2) },
      { buffer: 3, index: i, value: scalar.add(load(0, i), load(1, i)) },
    ],
    buffers: [],
  };
  // b2 lies in the memory of b0, and b3 in that of b1.
  t.is(printLoops(program, ['m', 'w', 'm', 'w']), 'for i < 8:\n  t0 = m[i]\n  m[i] = m[i] · 2\n  w[i] = t0 + w[i]');
});

test('reductions', (t) => {
  const reduced = (reduction: LoopProgram['reduction'], value: Expression): string =>
    printLoops({
      extents: [4],
      parallel: 1,
      reduction,
      stores: [{ buffer: 9, index: i, value }],
      buffers: [],
    } as LoopProgram);
  const result: Expression = { kind: 'result', dtype: 'float32' };
  const value = load(0, addIndices(scaleIndex(i, 5), j));
  t.is(
    reduced({ operation: 'sum', extents: [5], value }, scalar.sqrt(result)),
    'for i < 4:\n  result = 0\n  for j < 5: result += b0[5·i + j]\n  b9[i] = sqrt(result)',
  );
  t.is(
    reduced({ operation: 'max', extents: [5], value }, result),
    'for i < 4:\n  result = −∞\n  for j < 5: result = max(result, b0[5·i + j])\n  b9[i] = result',
  );
  const payload: Expression = { kind: 'index', dtype: 'int32', index: j };
  t.is(
    reduced({ operation: 'pick', extents: [5], value, payload }, result),
    'for i < 4:\n  result = −1\n  for j < 5: if b0[5·i + j] is the largest so far: result = j\n  b9[i] = result',
  );
  t.is(
    reduced({ operation: 'pick', extents: [5], value, payload: { ...payload, index: scaleIndex(j, 1, -1) } }, result),
    'for i < 4:\n  result = −1\n  for j < 5: if j − 1 ≥ 0 and b0[5·i + j] is the largest so far: result = j − 1\n  b9[i] = result',
  );
});

test('a scan stores at every step', (t) => {
  const index = addIndices(scaleIndex(i, 5), j);
  t.is(
    printLoops({
      extents: [4],
      parallel: 1,
      reduction: { operation: 'sum', extents: [5], value: load(0, index), scan: true, reverse: true },
      stores: [{ buffer: 9, index, value: { kind: 'result', dtype: 'float32' } }],
      buffers: [],
    }),
    `for i < 4:
  result = 0
  for j < 5, from the last to the first:
    result += b0[5·i + j]
    b9[5·i + j] = result`,
  );
});

test('computed positions, and which loops may be split among threads', (t) => {
  const position: Expression = { kind: 'load', dtype: 'int32', buffer: 1, index: j };
  t.is(
    printLoops({
      extents: [4, 5],
      parallel: 1,
      stores: [
        {
          buffer: 9,
          index: i,
          value: {
            kind: 'load',
            dtype: 'float32',
            buffer: 0,
            index: i,
            dynamic: { value: position, stride: 1, extent: 3 },
          },
          scatter: { value: position, stride: 4, extent: 3 },
        },
      ],
      buffers: [],
    }),
    'for i < 4: for j < 5: b9[4·b1[j] + i] += b0[i + b1[j]]  // in parallel: i',
  );
});
