import test from 'ava';
import { mul, RandomSource, type TypedArray } from '../../src/index.js';
import { ReferenceBackend, type Kernel } from '../../src/backend/index.js';
import {
  axisIndex,
  apply,
  constantIndex,
  definePrimitive,
  type LoopProgram,
  type Primitive,
} from '../../src/graph/index.js';
import { interpretLoops, testBackend, testPrimitive, type PrimitiveSample } from '../../src/testing/index.js';
import { randomTensor } from '../../src/testing/random-tensor.js';
import { failuresOf } from './failures-of.js';

/** y = 3x, with what a test replaces. */
function triple(replaced: Partial<Primitive<undefined>>): PrimitiveSample {
  const primitive = definePrimitive<undefined>({
    name: 'triple',
    infer: ([x]) => x!,
    vjp: (_, cotangent) => [mul(cotangent, 3)],
    compute: ([x], _, output) => output.data.forEach((_, i) => (output.data[i] = 3 * x!.data[i]!)),
    lowering: {
      kind: 'point',
      expression: (node, indices, { at }) => ({
        kind: 'binary',
        operation: 'mul',
        dtype: node.dtype,
        x: at(node.inputs[0]!, indices),
        y: { kind: 'constant', dtype: node.dtype, value: 3 },
      }),
    },
    ...replaced,
  });
  return {
    name: 'triple',
    make: (random: RandomSource) => ({
      inputs: [randomTensor(random, [3])],
      apply: (x) => apply(primitive, [x!], undefined),
    }),
  };
}

const contract = (replaced: Partial<Primitive<undefined>>): Promise<string[]> =>
  failuresOf((register) => testPrimitive(register, triple(replaced)));

test('the contract of primitives holds a right one for right', async (t) => {
  t.deepEqual(await contract({}), []);
});

test('the contract of primitives finds what is wrong', async (t) => {
  const wrongLoops = {
    kind: 'point',
    expression: (node, indices, { at }) => at(node.inputs[0]!, indices),
  } satisfies Primitive<undefined>['lowering'];
  t.deepEqual(await contract({ vjp: (_, cotangent) => [mul(cotangent, 2)] }), [
    'triple: the gradients agree with central differences, to the second order',
  ]);
  t.deepEqual(await contract({ lowering: wrongLoops }), ['triple: the loops compute what the kernel does']);
  const partial = ([x]: Parameters<Primitive['infer']>[0]) => {
    if (x!.shape.length !== 1) throw new TypeError('x.shape is not what I thought');
    return x!;
  };
  t.deepEqual(await contract({ infer: partial }), [
    'triple: the shape rule gives a type or a clear error for any inputs',
  ]);
});

test('the contract of backends finds a kernel that computes something else', async (t) => {
  class Skewed extends ReferenceBackend {
    protected override runKernel(kernel: Kernel, view: (storage: number) => TypedArray): void {
      super.runKernel(kernel, view);
      const [write] = kernel.writes;
      const output = view(write!.storage);
      if (kernel.label.includes('convolution') && output.length > 0) output[0]! += 1;
    }
  }
  const failed = await failuresOf((register) => testBackend(register, () => new Skewed(), { fastConvolutions: false }));
  t.true(failed.some((title) => title.startsWith('matrix product 17×65')));
  t.true(failed.includes('convolution alone and between neighbours'));
  t.true(failed.includes('variables are updated in place, in float32'));
  t.false(failed.includes('add alone and between neighbours'));
});

test('the contract of backends finds memory that is not kept', async (t) => {
  class Forgetful extends ReferenceBackend {
    override write(...[buffer, data]: Parameters<ReferenceBackend['write']>): void {
      super.write(buffer, data.map((value) => Math.fround(value)) as typeof data);
    }
  }
  t.true(
    (
      await failuresOf((register) => testBackend(register, () => new Forgetful(), { fastConvolutions: false }))
    ).includes('memory keeps float64, zero-filled at first'),
  );
});

const load = (index: ReturnType<typeof axisIndex>) => ({ kind: 'load', dtype: 'float32', buffer: 0, index }) as const;
const copy: LoopProgram = {
  extents: [4],
  parallel: 1,
  buffers: ['float32', 'float32'],
  stores: [{ buffer: 1, index: axisIndex(0), value: load(axisIndex(0)) }],
};

test('the interpreter refuses programs that break the rules of loops', (t) => {
  const run =
    (program: LoopProgram, ...buffers: TypedArray[]) =>
    () =>
      interpretLoops(program, buffers);
  const [from, to] = [Float32Array.of(1, 2, 3, 4), new Float32Array(4)];
  t.notThrows(run(copy, from, to));
  t.deepEqual(to, from);
  t.throws(run(copy, from.subarray(1), to), { message: /a load at 3 leaves its buffer of 3 elements/ });
  t.throws(run(copy, from, to.subarray(1)), { message: /a store at 3 leaves/ });
  const halves = {
    ...copy,
    stores: [{ ...copy.stores[0]!, value: load({ offset: 0, coefficients: [1], divisor: 2 }) }],
  };
  t.throws(run(halves, from, to), { message: /the index 0\.5 is not whole/ });
  const same = { ...copy, stores: [{ ...copy.stores[0]!, index: constantIndex(0) }] };
  t.throws(run(same, from, to), { message: /step 1 of the parallel axes writes what step 0 writes/ });
  t.notThrows(run({ ...same, parallel: 0 }, from, to));
  // In place over the same memory, but read one place further on.
  const memory = new Float32Array(5);
  t.throws(run(copy, memory.subarray(1), memory.subarray(0, 4)), {
    message: /step 1 of the parallel axes writes what step 0 reads/,
  });
  t.notThrows(run(copy, memory, memory));
});
