import { convolve, Engine, hostTensor, matmul, type Tensor } from '@adjoint/core';
import { contractionOf, kernelsWithin, ReferenceBackend, type LoopProgram, type Program } from '@adjoint/core/backend';
import test from 'ava';
import { panelsOf, piecesOf } from '../src/contraction/pieces.js';
import { reductionBlocksOf } from '../src/contraction/reduction-blocks.js';
import { scratchOf } from '../src/contraction/scratch.js';
import { scalarLanes, vectorLanes } from '../src/contraction/tile.js';
import { tilingOf, type Tiling } from '../src/contraction/tiling.js';

const avx512 = { lanes: 16, registers: 32 };
const avx = { lanes: 8, registers: 16 };

/** The loop program of the only contraction of a graph. */
async function contractionIn(build: (tensor: (...shape: number[]) => Tensor) => Tensor): Promise<LoopProgram> {
  const loops: LoopProgram[] = [];
  class Recorder extends ReferenceBackend {
    override compile(program: Program) {
      loops.push(
        ...program.kernels.flatMap(kernelsWithin).flatMap((kernel) => kernel.loops.map((loop) => loop.program)),
      );
      return super.compile(program);
    }
  }
  const engine = new Engine(new Recorder());
  const zeros = (...shape: number[]): Tensor =>
    engine.tensor(hostTensor(new Float32Array(shape.reduce((size, extent) => size * extent, 1)), shape));
  await build(zeros).read();
  engine.close();
  return loops.find((loop) => contractionOf(loop))!;
}

async function tile(build: Parameters<typeof contractionIn>[0], target = avx512): Promise<Tiling> {
  const program = await contractionIn(build);
  return tilingOf(program, contractionOf(program)!, target)!;
}

test('vectors are one to three registers wide, whichever wastes least; two on a tie', (t) => {
  // Of 16 lanes each: 48 is 3 · 16; 32 and 64 fill pairs; 10 wastes least in one register; 33 needs 48 in ones and in threes.
  for (const [extent, lanes] of [
    [48, 48],
    [32, 32],
    [64, 32],
    [10, 16],
    [33, 48],
    [100, 16],
  ] as const)
    t.is(vectorLanes(extent, avx512), lanes, String(extent));
});

test('sums, vectors and a scalar fit into the registers', (t) => {
  for (const target of [avx512, avx, { lanes: 4, registers: 32 }])
    for (const vectors of [1, 2, 3]) {
      const scalars = scalarLanes(vectors * target.lanes, target);
      const used = (count: number): number => count * vectors + vectors + 1;
      t.true(used(scalars) <= target.registers && used(scalars + 1) > target.registers);
    }
});

test('pieces cover whole axes while they fit, and are as even as can be', (t) => {
  // 14 of 64: five pieces of at most 13.
  t.deepEqual(piecesOf([0, 1], [7, 64], 14), { axis: 1, whole: [], outer: [0], size: 13, count: 5 });
  // 3·4 = 12 indices are whole; of the next axis, one index fits.
  t.deepEqual(piecesOf([0, 1, 2], [5, 3, 4], 14), { axis: 0, whole: [1, 2], outer: [], size: 1, count: 5 });
  t.deepEqual(piecesOf([], [], 14), { axis: -1, whole: [], outer: [], size: 1, count: 1 });
  t.deepEqual(panelsOf([0, 1], [7, 40], 32), { axis: 1, whole: [], outer: [0], size: 32, count: 2 });
});

test('pieces miss no index and begin none past the end', (t) => {
  for (const extents of [[1], [13], [14], [15], [200], [6, 2], [9, 7, 2]])
    for (const most of [1, 2, 14]) {
      const axes = extents.map((_, axis) => axis);
      const { axis, whole, outer, size, count } = piecesOf(axes, extents, most);
      t.deepEqual([...outer, axis, ...whole], axes);
      t.true((count - 1) * size < extents[axis]! && count * size >= extents[axis]!);
      const wholeSize = whole.reduce((product, one) => product * extents[one]!, 1);
      t.true(size * wholeSize <= Math.max(most, wholeSize));
    }
});

test('reductions are cut into even blocks of at most 1024 elements', (t) => {
  t.like(reductionBlocksOf([0], [1024]), { axis: 0, chunk: 1024, count: 1, length: 1024 });
  t.like(reductionBlocksOf([0], [1025]), { axis: 0, chunk: 513, count: 2, length: 513 });
  // 3·3 taps are whole, with ⌊1024/9⌋ = 113 channels: 300 channels are three blocks of 100.
  const taps = reductionBlocksOf([0, 1, 2], [300, 3, 3]);
  t.deepEqual(taps, { outer: [], axis: 0, chunk: 100, inner: [1, 2], count: 3, length: 900 });
  // The outermost of three axes is gone through index by index.
  t.like(reductionBlocksOf([0, 1, 2], [5, 20, 1000]), { outer: [0], axis: 1, chunk: 1, inner: [2], count: 100 });
  t.like(reductionBlocksOf([], []), { axis: -1, chunk: 1, count: 1 });
});

test('a matrix product: columns in vectors, rows as scalars', async (t) => {
  const tiling = await tile((zeros) => matmul(zeros(60, 50), zeros(50, 64)));
  t.like(tiling.vector, { lanes: 32, panels: 2 });
  // 14 rows fit beside two vectors; 60 rows are five tiles of 12.
  t.like(tiling.scalar, { mode: 'direct', lanes: 12, stride: 16, jobs: 1, tilesPerJob: 5 });
  t.is(tiling.outer, 'scalar');
  t.is(tiling.batches, 1);
});

test('scalars that are far apart are packed', async (t) => {
  const tiling = await tile((zeros) => matmul(zeros(50, 300), zeros(50, 64), { transposeA: true }));
  t.is(tiling.scalar.mode, 'direct');
  const far = await tile((zeros) => matmul(zeros(60, 500), zeros(500, 64)));
  t.is(far.scalar.mode, 'packed');
});

test('the input of a convolution is not packed; guards are replaced by zeros around a copy', async (t) => {
  const tiling = await tile((zeros) =>
    convolve(zeros(4, 8, 10, 12), zeros(32, 8, 5, 5), {
      padding: [
        [2, 2],
        [1, 3],
      ],
    }),
  );
  t.is(tiling.scalar.mode, 'direct');
  const { padded } = tiling.scalar;
  t.true(padded!.perJob);
  // 10 + 2 + 2 rows, 12 + 1 + 3 columns, 8 channels.
  t.deepEqual(
    padded!.guarded.map(({ extent }) => extent),
    [14, 16],
  );
  t.deepEqual(
    padded!.free.map(({ extent }) => extent),
    [8],
  );
  t.is(padded!.size, 8 * 14 * 16);
  const plain = await tile((zeros) => convolve(zeros(4, 8, 10, 12), zeros(32, 8, 5, 5)));
  t.is(plain.scalar.padded, undefined);
});

test('an empty sum has no tiling', async (t) => {
  const program = await contractionIn((zeros) => matmul(zeros(8, 2), zeros(2, 8)));
  const contraction = contractionOf(program)!;
  t.truthy(tilingOf(program, contraction, avx));
  const empty: LoopProgram = { ...program, reduction: { ...program.reduction!, extents: [0] } };
  t.is(tilingOf(empty, contraction, avx), undefined);
});

test('scratch memory: whole cache lines, and nothing for what is not packed or cut', async (t) => {
  const tiling = await tile((zeros) => matmul(zeros(60, 50), zeros(50, 64)));
  // A panel is 50 rows of 32 numbers, the sums of a tile 16 · 32 numbers.
  t.like(scratchOf(tiling), { panel: 6400, sums: 2048, packed: 2 * 6400, padded: 0, partial: 0, own: 0 });
  // Two blocks of the sum: the sums of all tiles are kept between them.
  const long = await tile((zeros) => matmul(zeros(60, 2000), zeros(2000, 64)));
  const { partial, sums } = scratchOf(long);
  t.is(partial, long.scalar.jobs * long.scalar.tilesPerJob * long.vector.panels * sums);
  for (const size of Object.values(scratchOf(long))) t.is(size % 64, 0);
});
