import test from 'ava';
import fc from 'fast-check';
import { Engine, gradients, RandomSource, type Tensor } from '../../src/index.js';
import * as core from '../../src/graph/index.js';
import { differenceOf } from '../../src/testing/difference.js';
import { evaluateGraph, LoopInterpreterBackend } from '../../src/testing/index.js';
import { randomTensor } from '../../src/testing/random-tensor.js';

type Step = (random: RandomSource, x: Tensor, other: Tensor) => Tensor;

/** Steps over matrices of one shape; they keep values in a small range. */
const steps: readonly Step[] = [
  (_, x, other) => x.add(other),
  (_, x, other) => x.mul(other).tanh(),
  (_, x) => x.neg(),
  (_, x) => x.mul(0.5).exp().mul(0.1),
  (_, x, other) => core.where(x.greater(other), x, other.mul(0.3)),
  (_, x) => x.relu(),
  (_, x, other) => x.sub(other.sum(1, true).mul(0.1)),
  (_, x, other) => x.maximum(other.max(0, true)),
  (_, x, other) => x.matmul(other, { transposeB: true }).mul(0.2).tanh().slice([0, 0], [x.shape[0]!, 1]).add(x),
  (_, x) => x.transpose().reshape(x.shape),
  (_, x) => core.flip(x, 1),
  (_, x) => core.cumulativeSum(x, 1).mul(0.2),
  (_, x) =>
    core.pad(x, [
      [1, -1],
      [-1, 1],
    ]),
  (_, x) => core.concatenate([x.slice([0, 1]), x.slice([0, 0], [x.shape[0]!, 1])], 1),
  (random, x) =>
    core.take(
      x,
      core.constant({
        data: Int32Array.from({ length: x.shape[0]! }, () => random.integer(x.shape[0]!)),
        shape: [x.shape[0]!],
        dtype: 'int32',
      }),
    ),
  (_, x, other) =>
    core
      .reshape(
        core.convolve(x.reshape([1, 1, ...x.shape]), other.slice([0, 0], [2, 2]).reshape([1, 1, 2, 2]), {
          padding: 'same',
        }),
        x.shape,
      )
      .tanh(),
  (_, x) =>
    core
      .maxPool(x.reshape([1, 1, ...x.shape]), {
        size: [2, 2],
        stride: [1, 1],
        dilation: [1, 1],
        padding: [
          [1, 0],
          [0, 1],
        ],
      })
      .reshape(x.shape),
  (_, x) => core.softmax(x),
];

function randomGraph(random: RandomSource, leaves: readonly Tensor[]): Tensor[] {
  const made = [...leaves];
  // Mostly of late nodes, so that chains grow long; sometimes of an early one, so that values have several users.
  const pick = (): Tensor =>
    made[made.length - 1 - Math.min(random.integer(made.length), random.integer(made.length))]!;
  for (let i = 0; i < 12; i++) made.push(steps[random.integer(steps.length)]!(random, pick(), pick()));
  return made.slice(leaves.length);
}

const seed = fc.nat();

test('random graphs and their gradients: the loops compute what the kernels do', async (t) => {
  await fc.assert(
    fc.asyncProperty(seed, async (number) => {
      const random = new RandomSource(number);
      const engine = new Engine(new LoopInterpreterBackend());
      const shape = [2 + random.integer(3), 2 + random.integer(3)];
      const leaves = [1, 2, 3].map(() => engine.tensor(randomTensor(random, shape)));
      const nodes = randomGraph(random, leaves);
      const loss = nodes.at(-1)!.mul(nodes[random.integer(nodes.length)]!).sum();
      const results = [...nodes.filter(() => random.integer(4) === 0), loss, ...gradients(loss, leaves)];
      const want = evaluateGraph(results);
      const got = await engine.evaluate(results);
      got.forEach((value, i) => t.is(differenceOf(value, want[i]!), undefined, `seed ${number}, result ${i}`));
      engine.close();
    }),
    { numRuns: 300 },
  );
});

test('random updates of variables: every one sees the values from before the program', async (t) => {
  await fc.assert(
    fc.asyncProperty(seed, async (number) => {
      const random = new RandomSource(number);
      const engine = new Engine(new LoopInterpreterBackend());
      const shape = [2 + random.integer(3), 2 + random.integer(3)];
      const variables = [1, 2, 3, 4].map(() => engine.variable(randomTensor(random, shape)));
      const before = await Promise.all(variables.map(async (variable) => engine.tensor(await variable.read())));
      const build = (values: readonly Tensor[]): { updates: Tensor[]; results: Tensor[] } => {
        const source = new RandomSource(number);
        const choices = [...values, ...randomGraph(source, values)];
        const any = (): Tensor => choices[source.integer(choices.length)]!;
        return { updates: values.map(any), results: [any(), any()] };
      };
      const expected = build(before);
      const want = evaluateGraph([...expected.results, ...expected.updates]);
      const run = engine.trace(() => {
        const { updates, results } = build(variables.map((variable) => variable.value));
        updates.forEach((update, i) => void variables[i]!.assign(update));
        return results;
      });
      const got = [...(await run.call([])), ...(await Promise.all(variables.map((variable) => variable.read())))];
      got.forEach((value, i) => t.is(differenceOf(value, want[i]!), undefined, `seed ${number}, value ${i}`));
      engine.close();
    }),
    { numRuns: 300 },
  );
});
