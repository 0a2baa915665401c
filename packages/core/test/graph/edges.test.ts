import test from 'ava';
import { Engine, grad, maxPool, norm, pow, prod, standardDeviation, zerosLike, type Tensor } from '../../src/index.js';
import { ReferenceBackend } from '../../src/backend/index.js';

const engine = new Engine(new ReferenceBackend());

async function gradientOf(f: (x: Tensor) => Tensor, at: number[]): Promise<number[]> {
  return [...(await grad((x) => f(x!))(engine.tensor(at))[0]!.data())];
}

// Values of PyTorch 1.13: autograd of std, linalg.norm, amax and pow at the points where they are not smooth.
test('gradients at the edges follow the conventions', async (t) => {
  t.deepEqual(await gradientOf((x) => standardDeviation(x), [1, 1, 1]), [0, 0, 0]);
  t.deepEqual(await gradientOf((x) => norm(x), [0, 0]), [0, 0]);
  t.deepEqual(await gradientOf((x) => x.max(), [2, 2, 1]), [0.5, 0.5, 0]);
  t.deepEqual(await gradientOf((x) => pow(x, 2).sum(), [0, 3]), [0, 6]);
  t.deepEqual(await gradientOf((x) => pow(x, 0).sum(), [0, 3]), [0, 0]);
});

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
