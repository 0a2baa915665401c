import test from 'ava';
import { i32 } from '../../src/assembler/index.js';
import { blockingOf, scratchOf, type Blocking } from '../../src/contraction/blocking.js';
import { codeOfElementsBefore, elementsBefore } from '../../src/contraction/walk.js';
import { instantiate } from '../assembler/instantiate.js';
import { product } from './product.js';

const shapes = [
  { rows: 4, columns: 8, length: 1 },
  { rows: 71, columns: 133, length: 200 },
  { rows: 3, columns: 90, length: 700 },
  { rows: 300, columns: 5, length: 150 },
  { rows: 6, columns: 17, length: 5000 },
  { rows: 1024, columns: 1024, length: 1024 },
  { rows: 32, columns: 43264, length: 9 },
  { rows: 64, columns: 64, length: 0 },
  { batches: 9, rows: 20, columns: 25, length: 31 },
];

function blocking(shape: (typeof shapes)[number], threads: number): Blocking {
  const { program, contraction } = product(shape);
  return blockingOf(program, contraction, threads);
}

test('a large product on two threads: blocks fill the second-level cache', (t) => {
  const found = blocking({ rows: 1024, columns: 1024, length: 1024 }, 2);
  t.like(found, {
    rows: 1024,
    columns: 1024,
    batches: 1,
    length: 1024,
    split: 'columns',
    // Chunks of 344 elements; 256 row panels of tiles fill 1 MiB with 32 column panels.
    panelsPerBlock: 32,
    rightRuns: 1,
    leftRuns: 3,
    walk: { innerExtent: 1024, chunk: 344, chunks: 3, runs: 3 },
    bytes: { left: 1024 * 1024 * 4, right: 32 * 8 * 344 * 4, tiles: 32 * 256 * 128 },
  });
  // Both threads read one packed left operand.
  t.deepEqual(scratchOf(found), {
    shared: found.bytes.left,
    own: found.bytes.right + found.bytes.tiles + found.bytes.table,
  });
});

test('what threads split follows from the shape', (t) => {
  const splits = (shape: (typeof shapes)[number]) => [1, 2, 4].map((threads) => blocking(shape, threads).split);
  t.deepEqual(splits({ rows: 128, columns: 128, length: 128 }), ['none', 'columns', 'columns']);
  // One panel of columns cannot be split.
  t.deepEqual(splits({ rows: 2000, columns: 8, length: 50 }), ['none', 'rows', 'rows']);
  // 32·32·31 multiplications are less than 2¹⁵.
  t.deepEqual(splits({ rows: 32, columns: 32, length: 31 }), ['none', 'none', 'none']);
  t.deepEqual(splits({ rows: 32, columns: 32, length: 32 }), ['none', 'columns', 'columns']);
  // Batches that come out even, or are many.
  t.deepEqual(splits({ batches: 4, rows: 64, columns: 64, length: 64 }), ['none', 'batches', 'batches']);
  t.deepEqual(splits({ batches: 9, rows: 64, columns: 64, length: 64 }), ['none', 'batches', 'columns']);
});

test('the order of summation does not depend on the number of threads', (t) => {
  for (const shape of shapes) {
    const alone = blocking(shape, 1);
    for (const threads of [2, 3, 8]) t.deepEqual(blocking(shape, threads).walk, alone.walk);
  }
});

test('the runs of a walk cover the reduction', (t) => {
  for (const shape of shapes) {
    const { walk, length } = blocking(shape, 2);
    t.is(elementsBefore(walk, 0), 0);
    t.is(elementsBefore(walk, walk.runs), length);
    for (let run = 0; run < walk.runs; run++) {
      const elements = elementsBefore(walk, run + 1) - elementsBefore(walk, run);
      t.true(elements > 0 && elements <= walk.chunk, `run ${run} of ${length}`);
    }
  }
});

test('generated code counts the elements before a run in the same way', (t) => {
  for (const walk of [
    { outer: [], inner: 0, innerExtent: 1000, chunk: 344, chunks: 3, runs: 3 },
    { outer: [0], inner: 1, innerExtent: 800, chunk: 344, chunks: 3, runs: 15 },
    { outer: [0, 1], inner: 2, innerExtent: 3, chunk: 3, chunks: 1, runs: 24 },
  ]) {
    const { run } = instantiate((module) =>
      module.export(
        module.define('before', { run: 'i32' }, (_, parameters) => codeOfElementsBefore(walk, parameters.run)),
      ),
    );
    for (let i = 0; i <= walk.runs; i++) {
      t.is(run['before']!(i), elementsBefore(walk, i));
      t.is(codeOfElementsBefore(walk, i32(i)).result, 'i32');
    }
  }
});

test('scratch memory holds what is packed and summed at once, in whole cache lines', (t) => {
  for (const shape of shapes) {
    for (const threads of [1, 2, 3]) {
      const { walk, length, split, bytes, ...found } = blocking(shape, threads);
      const what = `${JSON.stringify(shape)} on ${threads}`;
      for (const part of Object.values(bytes)) t.is(part % 64, 0, what);
      t.true(found.rightRuns <= found.leftRuns && found.leftRuns <= walk.runs, what);
      t.true(found.panelsPerBlock >= 1, what);
      const rowPanels = Math.ceil(found.rows / 4);
      const ownRows = split === 'rows' ? Math.ceil(rowPanels / threads) : rowPanels;
      const packed = (runs: number) => Math.min(length, elementsBefore(walk, runs));
      t.true(bytes.left >= (split === 'columns' ? rowPanels : ownRows) * 4 * packed(found.leftRuns) * 4, what);
      t.true(bytes.right >= found.panelsPerBlock * 8 * packed(found.rightRuns) * 4, what);
      t.true(bytes.tiles >= found.panelsPerBlock * ownRows * 4 * 8 * 4, what);
    }
  }
});
