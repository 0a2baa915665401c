import test from 'ava';
import { valueText } from '../src/value-text.js';

test('any value has a short text', (t) => {
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  const nothing: unknown = Object.create(null);
  for (const [value, text] of [
    ['a', "'a'"],
    [1.5, '1.5'],
    [undefined, 'undefined'],
    [Symbol('s'), 'Symbol(s)'],
    [7n, '7'],
    [[1, 2], '[1,2]'],
    [{ units: 3 }, '{"units":3}'],
    [nothing, '{}'],
    [[7n], '[object Array]'],
    [cyclic, '[object Array]'],
    [new Array(21).fill(0), 'a list of 21'],
    [new Map(), 'a value of class Map'],
    [{ data: new Float32Array(2) }, '{"data":"Float32Array"}'],
    [Math.max, 'function max'],
  ] as const)
    t.is(valueText(value), text);
  t.is(valueText('x'.repeat(1e6)).length, 58);
});
