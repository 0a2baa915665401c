import test from 'ava';
import fc from 'fast-check';
import { planMemory, type Block } from '../../src/compiler/plan-memory.js';

const block = fc
  .record({ bytes: fc.integer({ min: 0, max: 500 }), from: fc.nat(20), length: fc.nat(10) })
  .map(({ bytes, from, length }): Block => ({ bytes, from, to: from + length }));

test('blocks that are alive at once do not overlap', (t) => {
  fc.assert(
    fc.property(fc.array(block, { maxLength: 40 }), (blocks) => {
      const { offsets, bytes } = planMemory(blocks);
      blocks.forEach((a, i) => {
        t.is(offsets[i]! % 64, 0);
        t.true(offsets[i]! + a.bytes <= bytes);
        blocks.slice(0, i).forEach((b, j) => {
          const together = a.from <= b.to && b.from <= a.to;
          const apart = offsets[i]! + a.bytes <= offsets[j]! || offsets[j]! + b.bytes <= offsets[i]!;
          t.true(!together || apart || a.bytes === 0 || b.bytes === 0);
        });
      });
    }),
  );
});

test('blocks that follow each other share memory', (t) => {
  const chain = Array.from({ length: 100 }, (_, i) => ({ bytes: 1000, from: i, to: i + 1 }));
  // Two of 1,000 bytes, each rounded up to whole lines of 64.
  t.is(planMemory(chain).bytes, 2048);
});
