import test from 'ava';
import {
  Engine,
  gradients,
  isAdjointError,
  literal,
  matmul,
  stopGradient,
  type EngineOptions,
  type Tensor,
} from '../../src/index.js';
import { ReferenceBackend } from '../../src/backend/index.js';

function counted(options: EngineOptions = {}): { engine: Engine; compiled: string[] } {
  const compiled: string[] = [];
  return {
    engine: new Engine(new ReferenceBackend(), { ...options, onCompiled: ({ name }) => compiled.push(name) }),
    compiled,
  };
}

test('graphs of one structure are compiled once, whatever their values', async (t) => {
  const { engine, compiled } = counted();
  for (let i = 0; i < 5; i++) t.is(await engine.tensor([i, 1]).mul(3).sum().item(), 3 * i + 3);
  t.is(compiled.length, 1);
  await engine.tensor([1, 2, 3]).mul(3).sum().item();
  t.is(compiled.length, 2, 'another shape');
  await engine.tensor([1, 2]).mul(4).sum().item();
  t.is(compiled.length, 3, 'another literal');
});

test('forgotten plans are compiled again', async (t) => {
  const { engine, compiled } = counted({ cachedFunctions: 2 });
  const read = (size: number): Promise<number> => engine.tensor(new Float32Array(size).fill(1)).sum().item();
  for (const size of [2, 3, 2, 4, 2, 3]) t.is(await read(size), size);
  // 2 and 3 are compiled, 4 takes the place of 3, which is then compiled again.
  t.is(compiled.length, 4);
});

test('a computed value is kept, and is where later graphs start', async (t) => {
  const { engine, compiled } = counted();
  const y = engine.tensor([1, 2]).exp();
  const [first, again] = [await y.data(), await y.data()];
  t.is(first, again);
  t.is(compiled.length, 1);
  const z = y.add(1);
  await z.data();
  y.value!.data[0] = 10;
  t.is((await y.add(2).data())[0], 12);
});

test('a function is compiled once per combination of input types', async (t) => {
  const { engine, compiled } = counted();
  let traced = 0;
  const square = engine.trace(([x]) => (traced++, [x!.mul(x!)]), 'square');
  const call = async (values: number[]): Promise<number[]> => [
    ...(await square.call([{ data: Float32Array.from(values), shape: [values.length], dtype: 'float32' }]))[0]!.data,
  ];
  t.deepEqual(await call([1, 2]), [1, 4]);
  t.deepEqual(await call([3, 4]), [9, 16]);
  t.deepEqual(await call([3]), [9]);
  t.is(traced, 2);
  t.deepEqual(compiled, ['square', 'square']);
});

test('what a call returns is not overwritten by the next one', async (t) => {
  const { engine } = counted();
  const negate = engine.trace(([x]) => [x!.neg()]);
  const call = (value: number) => negate.call([{ data: Float32Array.of(value), shape: [1], dtype: 'float32' }]);
  const [[first], [second]] = [await call(1), await call(2)];
  t.deepEqual([first!.data[0], second!.data[0]], [-1, -2]);
});

test('reading inside a trace is an error that says what to do, awaited or not', async (t) => {
  const { engine } = counted();
  const one = { data: Float32Array.of(1), shape: [1], dtype: 'float32' } as const;
  const forgotten = engine.trace(([x]) => {
    void x!.add(1).data();
    return [x!];
  });
  const asynchronous = engine.trace((async ([x]: readonly Tensor[]) => {
    await x!.data();
    return [x!];
  }) as never);
  for (const f of [forgotten, asynchronous]) {
    const error = await t.throwsAsync(f.call([one]));
    t.true(isAdjointError(error) && error.code === 'GRAPH_READ_IN_TRACE');
    t.regex(error!.message, /where\(\)/);
  }
});

test('a constant gradient can be read', async (t) => {
  const { engine } = counted();
  const x = engine.tensor([1, 2, 3]);
  t.deepEqual(await gradients(x.sum(), [x])[0]!.array(), [1, 1, 1]);
});

test('tensors of a trace cannot be used after it, nor those of another engine', async (t) => {
  const [{ engine }, { engine: other }] = [counted(), counted()];
  let kept: Tensor | undefined;
  await engine
    .trace(([x]) => ((kept = x), [x!.add(1)]))
    .call([{ data: Float32Array.of(1), shape: [1], dtype: 'float32' }]);
  await t.throwsAsync(kept!.add(1).data(), { message: /inside a traced function|another trace|after the trace/ });
  const error = t.throws(() => engine.tensor([1]).add(other.tensor([1])));
  t.true(isAdjointError(error) && error.code === 'ENGINE_MIXED');
});

test('arrays that a function closes over are inputs, not literals', async (t) => {
  const { engine } = counted();
  const table = engine.tensor(Float32Array.from({ length: 1000 }, (_, i) => i));
  const plan = await engine.trace(([x]) => [table.mul(x!)]).prepare([{ shape: [], dtype: 'float32' }]);
  t.is(plan.program.storages.filter(({ place, size }) => place.kind === 'bound' && size === 1000).length, 1);
  t.true(plan.program.kernels.every(({ label }) => !label.includes('literal')));
});

test('programs that are asked for at once run one after the other', async (t) => {
  const { engine } = counted();
  const x = engine.tensor(
    Float32Array.from({ length: 64 }, (_, i) => i),
    [8, 8],
  );
  const powers = Array.from({ length: 10 }, (_, i) =>
    Array.from({ length: i }).reduce<Tensor>((y) => matmul(y, x).mul(0.01), x),
  );
  const together = await Promise.all(powers.map((y) => y.data()));
  const apart = new Engine(new ReferenceBackend());
  for (const [i, y] of together.entries()) {
    const own = apart.tensor(x.value!.data, [8, 8]);
    const expected = await Array.from({ length: i })
      .reduce<Tensor>((z) => matmul(z, own).mul(0.01), own)
      .data();
    t.deepEqual(y, expected);
  }
});

test('a failed evaluation leaves the engine usable; a closed engine says so', async (t) => {
  const { engine } = counted();
  const f = engine.trace(() => {
    throw new Error('while tracing');
  });
  await t.throwsAsync(f.call([]), { message: 'while tracing' });
  t.is(await engine.tensor([1, 2]).sum().item(), 3);
  engine.close();
  const error = await t.throwsAsync(engine.tensor([1]).add(1).data());
  t.true(isAdjointError(error) && error.code === 'APP_CLOSED');
});

test('a tensor of numbers alone has no engine', async (t) => {
  const error = await t.throwsAsync(stopGradient(literal(1)).add(1).data());
  t.true(isAdjointError(error) && error.code === 'ENGINE_MISSING');
});
