import test from 'ava';
import {
  all,
  any,
  cast,
  Engine,
  gather,
  grad,
  maxPool,
  norm,
  prod,
  scatterAdd,
  standardDeviation,
  variance,
  zerosLike,
  type AdjointError,
  type Tensor,
} from '../../src/index.js';
import { ReferenceBackend } from '../../src/backend/index.js';

const engine = new Engine(new ReferenceBackend());

async function gradientOf(f: (x: Tensor) => Tensor, at: number[]): Promise<number[]> {
  return [...(await grad((x) => f(x!))(engine.tensor(at))[0]!.data())];
}

test('the deviation of what holds NaN is NaN', async (t) => {
  t.deepEqual([...(await standardDeviation(engine.tensor([1, NaN])).data())], [NaN]);
});

test('a norm overflows only where its value does', async (t) => {
  const value = (x: number[], p?: number): Promise<number> => norm(engine.tensor(x), p).item();
  t.is(await value([3e30, 4e30]), Math.fround(5e30));
  t.is(await value([3e-30, 4e-30]), Math.fround(5e-30));
  t.true(Math.abs((await value([1e20, 1e20, 1e20], 3)) / (1e20 * 3 ** (1 / 3)) - 1) < 1e-6);
  t.is(await value([Infinity, 1]), Infinity);
  t.is(await value([0, 0]), 0);
  t.is(await value([]), 0);
});

test('a pooling window over padding alone gives −∞, and no gradient', async (t) => {
  const window = { size: [2], stride: [2], dilation: [4], padding: [[2, 2]] as [number, number][] };
  const pool = (x: Tensor): Tensor => maxPool(x.reshape([1, 1, 2]), window);
  t.deepEqual([...(await pool(engine.tensor([7, 8])).data())], [-Infinity]);
  t.deepEqual(await gradientOf((x) => pool(x).sum(), [7, 8]), [0, 0]);
});

test('what is made in the likeness of a tensor belongs to its app', async (t) => {
  t.deepEqual(await zerosLike(engine.tensor([1, 2])).array(), [0, 0]);
  t.is(await prod(engine.tensor(new Float32Array(0))).item(), 1);
  t.deepEqual(await prod(engine.tensor(new Float32Array(0), [2, 0]), 1).array(), [1, 1]);
});

test('attributes that mean nothing are refused where the tensor is built', (t) => {
  const [x, indices] = [
    engine.tensor([
      [1, 2],
      [3, 4],
    ]),
    engine.tensor(Int32Array.of(0, 1)),
  ];
  for (const build of [
    () => gather(x, indices, 0.5),
    () => gather(x, indices, NaN),
    () => gather(x, indices, 0, 1.5),
    () => scatterAdd(x, indices, 2, 0.5),
    () => variance(x, 0, { correction: NaN }),
  ]) {
    t.is((t.throws(build) as AdjointError | undefined)?.code, 'ATTRIBUTE_INVALID');
  }
  for (const size of [-3, 1.5, NaN, 2 ** 40])
    t.is((t.throws(() => scatterAdd(x, indices, size, 0)) as AdjointError | undefined)?.code, 'SHAPE_MISMATCH');
  t.is((t.throws(() => cast(x, 'float16' as never)) as AdjointError | undefined)?.code, 'DTYPE_MISMATCH');
});

test('any and all of nothing are false and true', async (t) => {
  const nothing = engine.tensor([], [0, 2], 'bool');
  t.deepEqual(await any(nothing, 0).array(), [false, false]);
  t.deepEqual(await all(nothing, 0).array(), [true, true]);
});
