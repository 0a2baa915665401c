import test from 'ava';
import { apply, definePrimitive, scalar, scaleIndex, unaryPrimitive, type Primitive } from '../../src/graph/index.js';
import { Engine, exp, matmul, mul, printGraph, type Tensor, type TensorType } from '../../src/index.js';
import { ReferenceBackend } from '../../src/backend/index.js';
import { LoopInterpreterBackend } from '../../src/testing/index.js';

// What the compiler and the labels know of a primitive, it says itself: a plugin's is treated as a built-in one.

const engine = new Engine(new ReferenceBackend());
const matrix: TensorType = { shape: [6, 6], dtype: 'float32' };

async function labelsOf(build: (x: Tensor, w: Tensor) => readonly Tensor[]): Promise<string[]> {
  const { program } = await engine.trace(([x, w]) => build(x!, w!)).prepare([matrix, matrix]);
  return program.kernels.map(({ label }) => label);
}

type Facts = Pick<Primitive, 'cost' | 'indexMap' | 'quiet' | 'repeats'>;

/** Columns from last to first: y[i, j] = x[i, n − 1 − j]. */
function mirrorPrimitive(facts: Facts): Primitive<undefined, [x: Tensor]> {
  return definePrimitive<undefined, [x: Tensor]>({
    name: 'acme/mirror',
    ...facts,
    infer: ([x]) => x,
    vjp: (_, cotangent) => [mirror(cotangent, facts)],
    compute([x], _, output) {
      const [rows, columns] = x.shape as [number, number];
      for (let i = 0; i < rows; i++)
        output.data.set(x.data.slice(i * columns, (i + 1) * columns).reverse(), i * columns);
    },
    lowering: {
      kind: 'point',
      expression: ({ inputs: [x] }, [row, column], { at }) => at(x, [row!, scaleIndex(column!, -1, x.shape[1]! - 1)]),
    },
  });
}

function mirror(x: Tensor, facts: Facts = { indexMap: true, quiet: true }): Tensor {
  return apply(mirrorPrimitive(facts), [x], undefined);
}

/** x², said to cost so much. */
function squared(x: Tensor, cost?: number): Tensor {
  const primitive = unaryPrimitive({
    name: 'acme/square',
    evaluate: (value) => value * value,
    expression: (value) => scalar.mul(value, value),
    ...(cost !== undefined && { cost }),
  });
  return apply(primitive, [x], undefined);
}

test('a product reads its operands through an index map of a plugin', async (t) => {
  t.deepEqual(await labelsOf((x, w) => [matmul(mirror(x), w)]), ['convolution']);
  t.is((await labelsOf((x, w) => [matmul(mirror(x, {}), w)])).length, 2);
});

test('the values are right where it is read in place', async (t) => {
  const backend = new Engine(new LoopInterpreterBackend());
  const x = backend.tensor([1, 2, 3, 4, 5, 6], [2, 3]);
  const ones = backend.tensor([1, 0, 0, 1, 0, 0], [3, 2]);
  t.deepEqual(await matmul(mirror(x), ones).array(), [
    [3, 2],
    [6, 5],
  ]);
});

test('what is quiet shows in graphs, but not in labels of kernels that do more', async (t) => {
  t.deepEqual(await labelsOf((x) => [exp(mirror(x))]), ['exp']);
  t.deepEqual(await labelsOf((x) => [mirror(x)]), ['acme/mirror']);
  t.deepEqual(await labelsOf((x) => [exp(mirror(x, { indexMap: true }))]), ['acme/mirror exp']);
  t.regex(printGraph([mirror(engine.tensor([[1]]))]), /acme\/mirror\(%0\)/);
});

test('what costs more than an addition is stored for its second user', async (t) => {
  const usedTwice = (cost?: number) =>
    labelsOf((x) => {
      const y = squared(x, cost);
      return [y.sum(0), y.sum(1)];
    });
  t.is((await usedTwice()).length, 2);
  t.is((await usedTwice(8)).length, 3);
});

test('two primitives of one name keep their meanings, in one graph and from graph to graph', async (t) => {
  const scaled = (factor: number) => (x: Tensor) =>
    apply(
      unaryPrimitive({
        name: 'acme/scale',
        evaluate: (value) => factor * value,
        expression: (value) => scalar.mul(value, factor),
      }),
      [x],
      undefined,
    );
  const x = engine.tensor([1, 2]);
  const [double, triple] = [scaled(2), scaled(3)];
  t.deepEqual(await double(x).add(triple(x)).array(), [5, 10]);
  t.deepEqual(await double(x).array(), [2, 4]);
  t.deepEqual(await triple(x).array(), [3, 6]);
});

test('what a map repeats is computed before', async (t) => {
  // Each element of y goes to two places of a matrix with twice as many rows.
  const doublePrimitive = (facts: Facts) =>
    definePrimitive<undefined, [x: Tensor]>({
      name: 'acme/double',
      ...facts,
      infer: ([{ shape, dtype }]) => ({ shape: [2, ...shape], dtype }),
      vjp: (_, cotangent) => [cotangent.sum(0)],
      compute([x], _, output) {
        output.data.set(x.data);
        output.data.set(x.data, x.data.length);
      },
      lowering: { kind: 'point', expression: ({ inputs: [x] }, [, ...indices], { at }) => at(x, indices) },
    });
  const kernels = (facts: Facts) => labelsOf((x, w) => [apply(doublePrimitive(facts), [mul(x, w)], undefined)]);
  t.is((await kernels({ indexMap: true })).length, 1);
  t.is((await kernels({ indexMap: true, repeats: true })).length, 2);
});
