import test from 'ava';
import { threefry2x32 } from '../../src/random/threefry.js';

// Known answers of Random123, the reference implementation of Salmon et al. (file kat_vectors, threefry2x32 20).
const knownAnswers = [
  { counter: [0, 0], key: [0, 0], expected: [0x6b200159, 0x99ba4efe] },
  { counter: [0xffffffff, 0xffffffff], key: [0xffffffff, 0xffffffff], expected: [0x1cb996fc, 0xbb002be7] },
  { counter: [0x243f6a88, 0x85a308d3], key: [0x13198a2e, 0x03707344], expected: [0xc4923a9c, 0x483df7a0] },
] as const;

for (const {
  counter: [c0, c1],
  key: [k0, k1],
  expected,
} of knownAnswers) {
  test(`threefry2x32: counter ${c0} ${c1}, key ${k0} ${k1}`, (t) => {
    t.deepEqual(threefry2x32(k0, k1, c0, c1), [...expected]);
  });
}

test('threefry2x32 takes words modulo 2³²', (t) => {
  t.deepEqual(threefry2x32(-1, -1, -1, -1), [0x1cb996fc, 0xbb002be7]);
});
