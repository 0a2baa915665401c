import test from 'ava';
import { inspect } from 'node:util';
import { Engine, hostTensor } from '../../src/index.js';
import { ReferenceBackend } from '../../src/backend/index.js';
import { formatValues } from '../../src/graph/index.js';

const engine = new Engine(new ReferenceBackend());

test('values are printed as NumPy prints them', (t) => {
  t.is(formatValues(hostTensor(1.5)), '1.5');
  t.is(formatValues(hostTensor([])), '[]');
  t.is(
    formatValues(
      hostTensor([
        [1, 20],
        [-3, 0.25],
      ]),
    ),
    '[[   1,   20],\n [  -3, 0.25]]',
  );
  t.is(
    formatValues(
      hostTensor([
        [[1], [2]],
        [[3], [4]],
      ]),
    ),
    '[[[1],\n  [2]],\n\n [[3],\n  [4]]]',
  );
  t.is(formatValues(hostTensor([true, false])), '[ true, false]');
  t.is(formatValues(hostTensor([1 / 3, NaN, -Infinity])), '[  0.33333,       NaN, -Infinity]');
});

test('the middle of long axes is left out', (t) => {
  const numbers = Int32Array.from({ length: 2000 }, (_, i) => i);
  t.is(formatValues(hostTensor(numbers)), '[   0,    1,    2, …, 1997, 1998, 1999]');
  const lines = formatValues(hostTensor(numbers, [100, 20])).split('\n');
  t.is(lines.length, 7);
  t.is(lines[0], '[[   0,    1,    2, …,   17,   18,   19],');
  t.is(lines[3], ' …,');
});

test('a tensor and a variable print what a reader wants to know', async (t) => {
  const sum = engine
    .tensor([
      [1, 2],
      [3, 4],
    ])
    .sum(0);
  t.regex(inspect(sum), /^Tensor float32 \[2\], sum of 1 inputs, not computed yet/);
  await sum.data();
  t.is(inspect(sum), 'Tensor float32 [2]\n[4, 6]');
  t.is(inspect(engine.variable([1, 2], { name: 'w' })), "Variable 'w' float32 [2]: await read()");
});
