import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { builders } from '../src/adjoint/builders.js';
import { readArrays, writeArrays } from '../src/initial-arrays.js';
import {
  cnnWork,
  convolutionWork,
  matmulWork,
  mlpWork,
  pooledWork,
  residualWork,
  tileLoopWork,
  works,
  type Work,
} from '../src/works.js';

const size = { batch: 4, image: 8, filters: [2, 3], hidden: 5, classes: 3 } as const;
const tiny: readonly Work[] = [
  tileLoopWork,
  matmulWork(5),
  convolutionWork('convolution', {
    batch: 2,
    channels: 4,
    filters: 6,
    size: 5,
    kernel: 3,
    stride: 2,
    padding: 1,
    groups: 2,
  }),
  cnnWork('cnn-step', 'cnn-step', size),
  cnnWork('cnn-forward', 'cnn-forward', size),
  mlpWork({ batch: 4, widths: [6, 5, 3] }),
  pooledWork('conv1d-step', { batch: 4, input: [40], filters: [2, 3], kernel: 3, pool: 4, classes: 3 }),
  pooledWork('conv3d-step', { batch: 4, input: [8, 8, 10], filters: [2, 3], kernel: 3, pool: 2, classes: 3 }),
  residualWork(2),
];

function arraysOf(work: Work): ReturnType<typeof readArrays> {
  const directory = mkdtempSync(join(tmpdir(), 'adjoint-bench-test-'));
  const file = join(directory, 'arrays.f32');
  writeArrays(file, work.arrays);
  const arrays = readArrays(file, work.arrays);
  rmSync(directory, { recursive: true });
  return arrays;
}

for (const work of tiny) {
  test(`${work.name} runs at a small size`, async (t) => {
    const program = await builders[work.task](arraysOf(work), work.settings);
    await program.run();
    const check = await program.check();
    t.true(Number.isFinite(check) && check > 0, `check ${check}`);
  });
}

test('the tile loop multiplies', async (t) => {
  const program = await builders['tile-loop']({});
  await program.run();
  t.is(await program.check(), 1 / 4);
  t.is(program.flops, 2000 * 2 * 256 * 4 * 8);
});

test('the matrix product is the product', async (t) => {
  const work = matmulWork(5);
  const arrays = arraysOf(work);
  const [a, b] = [arrays['a']!.data, arrays['b']!.data];
  const squares = Array.from({ length: 25 }, (_, place) => {
    const [row, column] = [Math.floor(place / 5), place % 5];
    return [0, 1, 2, 3, 4].reduce((sum, k) => sum + a[5 * row + k]! * b[5 * k + column]!, 0) ** 2;
  });
  const program = await builders.matmul(arrays);
  await program.run();
  const expected = squares.reduce((sum, square) => sum + square, 0) / 25;
  t.true(Math.abs((await program.check()) - expected) < 1e-5 * expected);
});

for (const work of tiny.filter(({ task }) => task === 'cnn-step' || task === 'mlp-step')) {
  test(`${work.name} learns its one batch`, async (t) => {
    const program = await builders[work.task](arraysOf(work), work.settings);
    await program.run();
    const first = await program.check();
    // Weights are small at the start, so the classes are about equally likely.
    t.true(Math.abs(first - Math.log(3)) < 0.3, `first loss ${first}`);
    for (let step = 0; step < 200; step++) await program.run();
    t.true((await program.check()) < 0.75 * first, `${await program.check()} after ${first}`);
  });
}

test('operations are counted as the textbook does', (t) => {
  const flops = (name: string): number => works.find((work) => work.name === name)!.flops;
  t.is(flops('matmul-1024'), 2 ** 31);
  // Three products of 32·32² by 64 by 64·9.
  t.is(flops('conv64-fwd-bwd'), 3 * 2 * 32 * 1024 * 64 * 576);
  const convolution1 = 64 * 26 * 26 * 32 * 9;
  const convolution2 = 64 * 24 * 24 * 64 * 32 * 9;
  const dense = 64 * (9216 * 128 + 128 * 10);
  t.is(flops('cnn-forward'), 2 * (convolution1 + convolution2 + dense));
  t.is(flops('cnn-step'), 2 * (2 * convolution1 + 3 * convolution2 + 3 * dense));
  t.is(flops('conv-depthwise-fwd-bwd'), 3 * 2 * 32 * 128 * 9 * 28 * 28);
  t.is(flops('conv-strided-fwd-bwd'), 3 * 2 * 32 * 128 * 64 * 9 * 16 * 16);
  t.is(flops('mlp-step'), 2 * 128 * (2 * 784 * 512 + 3 * (512 * 512 + 512 * 10)));
});

test('ResNet-20 has the parameters of the paper, 0.27 million', (t) => {
  const count = residualWork(1)
    .arrays.slice(2)
    .reduce((sum, { shape }) => sum + shape.reduce((product, extent) => product * extent, 1), 0);
  // Convolutions, two numbers per channel of 19 normalizations, and a dense layer.
  const convolutions = 9 * (3 * 16 + 6 * 16 * 16 + 16 * 32 + 5 * 32 * 32 + 32 * 64 + 5 * 64 * 64);
  t.is(count, convolutions + 2 * (7 * 16 + 6 * 32 + 6 * 64) + 64 * 10 + 10);
  t.is(count, 269_722);
});
