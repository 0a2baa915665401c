import test from 'ava';
import { convolve, Engine, gradients, matmul, relu, take, type TensorType, type Traceable } from '../../src/index.js';
import { ReferenceBackend } from '../../src/backend/index.js';
import { operationsOf } from '../../src/loops/operations.js';
import { workOf, type Work } from '../../src/profile/work.js';

// Operations and bytes, counted by hand. A float32, an int32 and a bool take four bytes.

const engine = new Engine(new ReferenceBackend());
const float32 = (...shape: number[]): TensorType => ({ shape, dtype: 'float32' });

/** The work of all kernels of a function. */
async function workFor(build: Traceable, ...types: readonly TensorType[]): Promise<Work[]> {
  const { program } = await engine.trace(build).prepare(types);
  return program.kernels.map((kernel) => workOf(kernel, program.storages));
}

test('a matrix product multiplies and adds M·N·K times', async (t) => {
  const work = await workFor(([a, b]) => [matmul(a!, b!)], float32(5, 7), float32(7, 3));
  t.deepEqual(work, [{ flops: 2 * 5 * 3 * 7, bytes: 4 * (5 * 7 + 7 * 3 + 5 * 3) }]);
});

test('a bias and a relu behind it are two more operations for each output', async (t) => {
  const work = await workFor(([a, b, c]) => [relu(matmul(a!, b!).add(c!))], float32(5, 7), float32(7, 3), float32(3));
  t.deepEqual(work, [{ flops: 2 * 5 * 3 * 7 + 2 * 5 * 3, bytes: 4 * (5 * 7 + 7 * 3 + 3 + 5 * 3) }]);
});

test('a convolution is a contraction over channels and the kernel, padding included', async (t) => {
  const [batch, inputs, outputs, size, kernel] = [2, 3, 4, 8, 3];
  const work = await workFor(
    ([x, w]) => [convolve(x!, w!, { padding: 'same' })],
    float32(batch, inputs, size, size),
    float32(outputs, inputs, kernel, kernel),
  );
  const results = batch * outputs * size * size;
  t.deepEqual(work, [
    {
      flops: 2 * results * inputs * kernel * kernel,
      bytes: 4 * (batch * inputs * size * size + outputs * inputs * kernel * kernel + results),
    },
  ]);
});

test('the input gradient of a strided convolution multiplies as often as the convolution: no zeros between', async (t) => {
  // Stride 2, kernel 2 on 8: each input is used once for each output channel.
  const work = await workFor(
    ([x, w, g]) => gradients(convolve(x!, w!, { stride: 2 }), [x!], g!),
    float32(2, 3, 8, 8),
    float32(5, 3, 2, 2),
    float32(2, 5, 4, 4),
  );
  const flops = work.reduce((sum, kernel) => sum + kernel.flops, 0);
  t.is(flops, 2 * (2 * 5 * 4 * 4) * (3 * 2 * 2));
});

test('element-wise work counts what it computes and moves', async (t) => {
  t.deepEqual(await workFor(([x]) => [relu(x!)], float32(10, 6)), [{ flops: 60, bytes: 2 * 4 * 60 }]);
  // A difference, which is computed once, its square, and one function; y is read once though it is broadcast.
  const work = await workFor(([x, y]) => [x!.sub(y!).square().exp()], float32(10, 6), float32(6));
  t.deepEqual(work, [{ flops: 3 * 60, bytes: 4 * (60 + 6 + 60) }]);
});

test('a comparison and a selection count as one each, a cast as none', async (t) => {
  t.deepEqual(await workFor(([x]) => [x!.greater(0).cast('float32')], float32(8)), [{ flops: 8, bytes: 4 * 16 }]);
});

test('reductions take in each element once', async (t) => {
  t.deepEqual(await workFor(([x]) => [x!.sum()], float32(10, 6)), [{ flops: 60, bytes: 4 * 61 }]);
  t.deepEqual(await workFor(([x]) => [x!.max(1)], float32(10, 6)), [{ flops: 60, bytes: 4 * 70 }]);
  t.deepEqual(await workFor(([x]) => [x!.square().sum(1)], float32(10, 6)), [{ flops: 120, bytes: 4 * 70 }]);
});

test('a slice reads what it shows', async (t) => {
  const work = await workFor(([x]) => [x!.slice([2, 0], [5, 6]).neg()], float32(10, 6));
  t.deepEqual(work, [{ flops: 18, bytes: 4 * 36 }]);
});

test('rows that are gathered count, not the table', async (t) => {
  const work = await workFor(([table, rows]) => [take(table!, rows!)], float32(1000, 4), {
    shape: [3],
    dtype: 'int32',
  });
  t.deepEqual(work, [{ flops: 0, bytes: 4 * (3 * 4 + 3 + 3 * 4) }]);
});

test('a float64 takes eight bytes', async (t) => {
  t.deepEqual(await workFor(([x]) => [x!.neg()], { shape: [5], dtype: 'float64' }), [{ flops: 5, bytes: 80 }]);
});

test('a scan stores at every step of its axis', (t) => {
  const index = { offset: 0, coefficients: [4, 1], divisor: 1 };
  const flops = operationsOf({
    extents: [3],
    parallel: 1,
    reduction: {
      operation: 'sum',
      extents: [4],
      scan: true,
      value: { kind: 'load', dtype: 'float32', buffer: 0, index },
    },
    stores: [
      {
        buffer: 1,
        index,
        value: { kind: 'unary', dtype: 'float32', operation: 'neg', x: { kind: 'result', dtype: 'float32' } },
      },
    ],
    buffers: ['float32', 'float32'],
  });
  t.is(flops, 3 * 4 * 2);
});
