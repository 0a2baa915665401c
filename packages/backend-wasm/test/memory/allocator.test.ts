import test from 'ava';
import { Allocator } from '../../src/memory/allocator.js';

/** An allocator from address 1024 on, and how far its addresses have grown. */
function allocatorOf() {
  const grown: number[] = [];
  return { allocator: new Allocator(1024, (end) => grown.push(end)), grown };
}

test('blocks are whole cache lines, one after the other', (t) => {
  const { allocator, grown } = allocatorOf();
  t.is(allocator.allocate(1), 1024);
  t.is(allocator.allocate(64), 1024 + 64);
  t.is(allocator.allocate(65), 1024 + 128);
  t.is(allocator.allocate(4), 1024 + 256);
  t.deepEqual(grown, [1088, 1152, 1280, 1344]);
});

test('an empty block has an address of its own', (t) => {
  const { allocator } = allocatorOf();
  const [first, second] = [allocator.allocate(0), allocator.allocate(0)];
  t.not(first, second);
  allocator.free(first, 0);
  t.is(allocator.allocate(64), first);
});

test('the first free block that is large enough is taken, and its rest stays free', (t) => {
  const { allocator, grown } = allocatorOf();
  const sizes = [64, 64, 256, 64, 128, 64];
  const [a, , c, , e] = sizes.map((bytes) => allocator.allocate(bytes)) as [number, number, number, number, number];
  allocator.free(a, 64);
  allocator.free(e, 128);
  allocator.free(c, 256);
  t.is(allocator.allocate(128), c);
  t.is(allocator.allocate(100), c + 128);
  t.is(allocator.allocate(128), e);
  t.is(allocator.allocate(64), a);
  t.is(grown.length, sizes.length);
});

test('freed neighbours are joined, whatever the order in which they are freed', (t) => {
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];
  for (const order of orders) {
    const { allocator, grown } = allocatorOf();
    const blocks = [64, 192, 128].map((bytes) => ({ bytes, address: allocator.allocate(bytes) }));
    const last = allocator.allocate(64);
    for (const i of order) allocator.free(blocks[i]!.address, blocks[i]!.bytes);
    t.is(allocator.allocate(64 + 192 + 128), blocks[0]!.address, `order ${order.join()}`);
    t.is(allocator.allocate(64), last + 64);
    t.is(grown.length, 5);
  }
});

test('blocks in use never overlap', (t) => {
  const { allocator } = allocatorOf();
  const used: { readonly start: number; readonly bytes: number }[] = [];
  for (let i = 0; i < 500; i++) {
    // Sizes and lifetimes without a pattern: powers of a primitive root modulo a prime.
    const draw = Number(7n ** BigInt(i) % 1009n);
    if (draw % 3 === 0 && used.length > 0) {
      const [block] = used.splice(draw % used.length, 1);
      allocator.free(block!.start, block!.bytes);
    } else used.push({ start: allocator.allocate(draw), bytes: draw });
    const sorted = used.toSorted((a, b) => a.start - b.start);
    const overlap = sorted.some(({ start, bytes }, j) => j + 1 < sorted.length && start + bytes > sorted[j + 1]!.start);
    if (overlap) return t.fail(`after ${i + 1} steps`);
  }
  // With everything freed, one block of all that was ever used fits.
  const { end } = allocator;
  for (const { start, bytes } of used) allocator.free(start, bytes);
  t.is(allocator.allocate(end - 1024), 1024);
  t.is(allocator.end, end);
});
