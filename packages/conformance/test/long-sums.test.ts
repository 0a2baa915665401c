import { broadcastTo, cumulativeSum, Engine, grad, mean, slice, type Tensor } from '@adjoint/core';
import test from 'ava';
import { availableBackends } from '../src/backends.js';

/** The float32 number next to 0.1: adding it up in one float32 comes to 2²¹ and stays there. */
const tenth = Math.fround(0.1);

/** Shapes up to 10⁸ elements, the axes that are summed over, and how many elements that makes for each result. */
const sums: readonly (readonly [shape: readonly number[], axes: number | readonly number[], count: number])[] = [
  [[1e8], 0, 1e8],
  [[1e7, 3], 0, 1e7],
  [[3e5, 40], 0, 3e5],
  [[3, 1e7], 1, 1e7],
  [[2, 2e6, 5], 1, 2e6],
  [[2, 3, 4e6], [0, 2], 8e6],
  [[4e6, 3], [0, 1], 1.2e7],
  [[4e6, 2, 3], [0, 2], 1.2e7],
];

// The reference implementation adds up numbers of float64 anyway, and would take minutes for these.
for (const { name, create } of availableBackends.filter((backend) => backend.name !== 'reference')) {
  const each = async (build: (x: Tensor) => Tensor, threads = 1): Promise<readonly number[]> => {
    const engine = new Engine(create({ threads }));
    const [value] = await engine.evaluate([build(engine.tensor([0.1]))]);
    engine.close();
    return [...value!.data];
  };

  test(`${name}: sums and means of up to 10⁸ numbers are right to 10⁻⁶, along every axis`, async (t) => {
    for (const [shape, axes, count] of sums) {
      const total = await each((x) => broadcastTo(x, shape).sum(axes));
      t.true(
        total.every((sum) => Math.abs(sum / (count * tenth) - 1) < 1e-6),
        `sum of [${shape}] over ${axes}: ${total}`,
      );
      const average = await each((x) => mean(broadcastTo(x, shape).mul(3), axes));
      t.true(
        average.every((one) => Math.abs(one / (3 * tenth) - 1) < 1e-6),
        `mean of [${shape}] over ${axes}: ${average}`,
      );
    }
  });

  test(`${name}: long sums have the same bits with two threads`, async (t) => {
    for (const [shape, axes] of sums.slice(1, 4)) {
      const build = (x: Tensor): Tensor => broadcastTo(x, shape).sum(axes);
      t.deepEqual(await each(build, 2), await each(build));
    }
  });

  test(`${name}: running sums, and the gradient of a repeated tensor, are right to 10⁻⁶`, async (t) => {
    const length = 3e7;
    const [last] = await each((x) => slice(cumulativeSum(broadcastTo(x, [length]), 0), [length - 1], [length]));
    t.true(Math.abs(last! / (length * tenth) - 1) < 1e-6, String(last));
    const [slope] = await each((x) => grad((y: Tensor) => broadcastTo(y, [length]).mul(0.1).sum())(x)[0]!);
    t.true(Math.abs(slope! / (length * tenth) - 1) < 1e-6, String(slope));
  });

  test(`${name}: a sum of as many elements as a tensor may have comes to an end`, async (t) => {
    const [total] = await each((x) => broadcastTo(x, [2 ** 31 - 1]).sum());
    t.true(Math.abs(total! / (2 ** 31 * tenth) - 1) < 1e-6, String(total));
  });
}
