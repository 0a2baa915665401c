import test from 'ava';
import { Engine, hostTensor, type HostTensor, type TracedFunction } from '../../src/index.js';
import { ReferenceBackend } from '../../src/backend/index.js';

const engine = new Engine(new ReferenceBackend());

/** x ↦ 2x, beside a variable that must not change. */
function doubled(): TracedFunction {
  return engine.trace(([x]) => [x!.mul(2)], 'doubled');
}

const wrong: readonly [string, HostTensor, string, RegExp][] = [
  [
    'more elements than its shape',
    { data: new Float32Array(5000), shape: [2], dtype: 'float32' },
    'SHAPE_MISMATCH',
    /5000 elements/,
  ],
  [
    'fewer elements than its shape',
    { data: new Float32Array(1), shape: [2], dtype: 'float32' },
    'SHAPE_MISMATCH',
    /1 elements/,
  ],
  [
    'bytes under float32',
    { data: new Uint8Array(2), shape: [2], dtype: 'float32' },
    'DTYPE_MISMATCH',
    /Float32Array.*Uint8Array/,
  ],
  [
    'doubles under float32',
    { data: new Float64Array(2), shape: [2], dtype: 'float32' },
    'DTYPE_MISMATCH',
    /Float64Array/,
  ],
  [
    'a shape that is no list',
    { data: new Float32Array(2), shape: 2 as never, dtype: 'float32' },
    'SHAPE_MISMATCH',
    /a shape is a list/,
  ],
  [
    'an unknown dtype',
    { data: new Float32Array(2), shape: [2], dtype: 'float16' as never },
    'DTYPE_MISMATCH',
    /float16/,
  ],
  ['no data', { shape: [2], dtype: 'float32' } as never, 'DATA_INVALID', /host tensor/],
  ['nothing', undefined as never, 'DTYPE_MISMATCH', /undefined/],
];

for (const [name, value, code, message] of wrong) {
  test(`a traced function refuses an input with ${name}`, async (t) => {
    const call = doubled();
    const { message: said } = await t.throwsAsync(call.call([value]), { code, message });
    t.regex(said, /doubled, input 0/);
    const [result] = await call.call([hostTensor([1, 2])]);
    t.deepEqual([...result!.data], [2, 4]);
  });

  test(`a variable refuses a state with ${name}, and keeps its value`, async (t) => {
    const variable = engine.variable([1, 2], { name: 'w' });
    const beside = engine.variable([3, 4]);
    t.throws(() => variable.restore(value), { message: /^w: / });
    t.deepEqual([...(await variable.read()).data], [1, 2]);
    t.deepEqual([...(await beside.read()).data], [3, 4]);
  });
}

test('inputs that are no list are refused', async (t) => {
  await t.throwsAsync(doubled().call(undefined as never), { code: 'DATA_INVALID', message: /doubled.*list/ });
  await t.throwsAsync(doubled().call(hostTensor([1, 2]) as never), { code: 'DATA_INVALID' });
});

test('an assignment of another shape makes the call reject, awaited or not', async (t) => {
  const variable = engine.variable([0, 0], { name: 'w' });
  const step = engine.trace(([x]) => {
    void variable.assign(variable.value.add(x!));
    return [variable.value];
  });
  await t.throwsAsync(
    step.call([
      hostTensor([
        [1, 1],
        [2, 2],
      ]),
    ]),
    { code: 'SHAPE_MISMATCH', message: /^w: / },
  );
  await step.call([hostTensor([1, 1])]);
  t.deepEqual([...(await variable.read()).data], [1, 1]);
});

test('booleans other than 0 and 1 count as true', async (t) => {
  const not = engine.trace(([x]) => [x!.cast('int32').add(1)]);
  const [result] = await not.call([{ data: Uint8Array.of(0, 2), shape: [2], dtype: 'bool' }]);
  t.deepEqual([...result!.data], [1, 2]);
});
