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

test('each of many blocks, the largest first, is at the lowest place that is free while it lives', (t) => {
  const some = fc.record({ bytes: fc.integer({ min: 1, max: 200 }), from: fc.nat(3000), length: fc.nat(30) });
  const long = fc.record({ bytes: fc.integer({ min: 1, max: 200 }), from: fc.nat(1000), length: fc.nat(2000) });
  const many = fc.array(fc.oneof(some, long), { minLength: 300, maxLength: 600 });
  fc.assert(
    fc.property(many, (drawn) => {
      const blocks = drawn.map(({ bytes, from, length }): Block => ({ bytes, from, to: from + length }));
      const { offsets } = planMemory(blocks);
      const placed: number[] = [];
      for (const i of [...blocks.keys()].sort((a, b) => blocks[b]!.bytes - blocks[a]!.bytes || a - b)) {
        const { bytes, from, to } = blocks[i]!;
        const others = placed.filter((j) => blocks[j]!.from <= to && from <= blocks[j]!.to);
        const ends = others.map((j) => Math.ceil((offsets[j]! + blocks[j]!.bytes) / 64) * 64);
        const isFree = (place: number): boolean =>
          others.every((j, k) => ends[k]! <= place || place + bytes <= offsets[j]!);
        t.is(offsets[i], Math.min(...[0, ...ends].filter(isFree)));
        placed.push(i);
      }
    }),
    { numRuns: 10 },
  );
});

test('blocks that follow each other share memory', (t) => {
  const chain = Array.from({ length: 100 }, (_, i) => ({ bytes: 1000, from: i, to: i + 1 }));
  // Two of 1,000 bytes, each rounded up to whole lines of 64.
  t.is(planMemory(chain).bytes, 2048);
});

test('the arena is at least what is needed at one time, and at most all blocks side by side', (t) => {
  const lines = ({ bytes }: Block): number => Math.ceil(bytes / 64) * 64;
  const sum = (blocks: readonly Block[]): number => blocks.reduce((total, block) => total + lines(block), 0);
  fc.assert(
    fc.property(fc.array(block, { maxLength: 40 }), (blocks) => {
      const { bytes } = planMemory(blocks);
      const needed = blocks.map(({ from }) => sum(blocks.filter((other) => other.from <= from && from <= other.to)));
      t.true(bytes >= Math.max(0, ...needed));
      t.true(bytes <= sum(blocks));
    }),
  );
});

test('a block that is needed to the end shares its place with none that comes later', (t) => {
  const { offsets } = planMemory([
    { bytes: 64, from: 0, to: Infinity },
    { bytes: 64, from: 5, to: 6 },
    { bytes: 64, from: 7, to: Infinity },
  ]);
  t.deepEqual(offsets, [0, 64, 64]);
});

test('nothing takes no memory', (t) => {
  t.deepEqual(planMemory([]), { offsets: [], bytes: 0 });
});
