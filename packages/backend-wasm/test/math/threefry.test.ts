import test from 'ava';
import { threefry2x32 } from '@adjoint/core/backend';
import { threefry } from '../../src/math/threefry.js';
import { evaluate } from './evaluate.js';
import { uniformNumbers } from './numbers.js';

const words = (...values: number[]) => Int32Array.from(values, (value) => value | 0);
const run = (...operands: Int32Array[]) =>
  evaluate((f, c0, c1, k0, k1) => threefry(f, c0!, c1!, k0!, k1!), ...operands);

test('known answers of Random123 (kat_vectors, threefry2x32 with 20 rounds)', (t) => {
  const first = run(
    words(0, 0xffffffff, 0x243f6a88),
    words(0, 0xffffffff, 0x85a308d3),
    words(0, 0xffffffff, 0x13198a2e),
    words(0, 0xffffffff, 0x03707344),
  );
  t.deepEqual(first, words(0x6b200159, 0x1cb996fc, 0xc4923a9c));
});

test('agrees with the scalar generator of core', (t) => {
  const next = uniformNumbers(3);
  const [c0, c1, k0, k1] = [0, 1, 2, 3].map(() => Int32Array.from({ length: 1000 }, () => (next() * 2 ** 32) | 0));
  const expected = c0!.map((counter, i) => threefry2x32(k0![i]!, k1![i]!, counter, c1![i]!)[0] | 0);
  t.deepEqual(run(c0!, c1!, k0!, k1!), expected);
});
