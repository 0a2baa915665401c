import test from 'ava';
import { Engine, isAdjointError, type Variable } from '../../src/index.js';
import { ReferenceBackend } from '../../src/backend/index.js';

const engineWith = (...values: number[][]): [Engine, ...Variable[]] => {
  const engine = new Engine(new ReferenceBackend());
  return [engine, ...values.map((value) => engine.variable(value))];
};

const valueOf = async (variable: Variable): Promise<number[]> => [...(await variable.read()).data];

test('a loop of assignments outside a trace computes at once', async (t) => {
  const [, x] = engineWith([1, 2]) as [Engine, Variable];
  for (let i = 0; i < 4; i++) await x.assign(x.value.mul(2));
  t.deepEqual(await valueOf(x), [16, 32]);
  await x.assign([3, 4]);
  t.deepEqual(await x.value.array(), [3, 4]);
});

test('graphs built before an assignment keep the old value', async (t) => {
  const [, x] = engineWith([1, 2]) as [Engine, Variable];
  const before = x.value.add(10);
  await x.assign([5, 6]);
  const after = x.value.add(10);
  t.deepEqual(await after.array(), [15, 16]);
  t.deepEqual(await before.array(), [11, 12]);
});

test('in a trace, reads after an assignment see the new value', async (t) => {
  const [engine, x] = engineWith([1, 2]) as [Engine, Variable];
  const step = engine.trace(() => {
    const old = x.value;
    void x.assign(old.mul(3));
    const middle = x.value;
    void x.assign(middle.add(1));
    return [old, middle, x.value];
  });
  const results = await step.call([]);
  t.deepEqual(
    results.map(({ data }) => [...data]),
    [
      [1, 2],
      [3, 6],
      [4, 7],
    ],
  );
  t.deepEqual(await valueOf(x), [4, 7]);
});

test('a program updates in place: its memory does not grow with the variables', async (t) => {
  const engine = new Engine(new ReferenceBackend());
  const x = engine.variable(new Float32Array(1000));
  const plan = await engine.trace(() => (void x.assign(x.value.mul(0.9).add(1)), [])).prepare([]);
  t.is(plan.program.arenaBytes, 0);
});

test('two variables change places', async (t) => {
  const [engine, a, b] = engineWith([1, 2], [3, 4]) as [Engine, Variable, Variable];
  const swap = engine.trace(() => {
    const [first, second] = [a.value, b.value];
    void a.assign(second);
    void b.assign(first);
    return [];
  });
  await swap.call([]);
  t.deepEqual(
    [await valueOf(a), await valueOf(b)],
    [
      [3, 4],
      [1, 2],
    ],
  );
});

test('an update that reads other places of the variable is not done in place', async (t) => {
  const [engine, x] = engineWith([1, 2, 3, 4]) as [Engine, Variable];
  const step = engine.trace(() => (void x.assign(x.value.sub(x.value.sum()).add(x.value.slice([0], [1]))), []));
  await step.call([]);
  // x − 10 + 1
  t.deepEqual(await valueOf(x), [-8, -7, -6, -5]);
});

test('a product that reads the variable it updates', async (t) => {
  const engine = new Engine(new ReferenceBackend());
  const x = engine.variable([
    [1, 1],
    [1, 0],
  ]);
  // Powers of this matrix hold the Fibonacci numbers.
  const step = engine.trace(() => (void x.assign(x.value.matmul(x.value)), []));
  for (let i = 0; i < 3; i++) await step.call([]);
  t.deepEqual(await x.value.array(), [
    [34, 21],
    [21, 13],
  ]);
});

test('another shape or dtype is refused', async (t) => {
  const [engine, x] = engineWith([1, 2]) as [Engine, Variable];
  for (const value of [[1, 2, 3], engine.tensor([1, 2], undefined, 'float64')]) {
    const error = await t.throwsAsync(x.assign(value));
    t.true(isAdjointError(error) && error.code === 'SHAPE_MISMATCH');
    t.regex(error!.message, /the variable is float32 \[2\]/);
  }
});
