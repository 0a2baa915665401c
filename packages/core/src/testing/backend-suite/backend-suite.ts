import { gradients } from '../../autograd/gradients.js';
import type { Backend } from '../../backend/backend.js';
import { ReferenceBackend } from '../../backend/reference/reference-backend.js';
import { storageBytes } from '../../compiler/program.js';
import { Engine } from '../../engine/engine.js';
import * as graph from '../../graph/index.js';
import type { Tensor } from '../../graph/index.js';
import { RandomSource } from '../../random/random-source.js';
import { isFloat, type DType, type TypedArray } from '../../tensor/dtype.js';
import { hostTensor, type HostTensor } from '../../tensor/host-tensor.js';
import { differenceOf } from '../difference.js';
import { evaluateGraph } from '../evaluate-graph.js';
import { primitiveSamples } from '../primitive-samples.js';
import { randomTensor } from '../random-tensor.js';
import type { Assertions, TestFunction } from '../test-function.js';

type FloatType = Extract<DType, 'float32' | 'float64'>;

export interface BackendSuiteOptions {
  /** Float types that the backend computes in; both if not given. */
  readonly dtypes?: readonly FloatType[];
}

const rounds = 8;

/**
 * The contract of a backend: memory keeps what is written, programs compute what the reference kernels do (2e-5 in
 * float32, 1e-10 in float64, exactly elsewhere), variables are updated in place, and runs repeat to the bit.
 */
export function testBackend(
  test: TestFunction,
  create: () => Backend | Promise<Backend>,
  { dtypes = ['float32', 'float64'] }: BackendSuiteOptions = {},
): void {
  const withEngine = async (work: (engine: Engine) => Promise<void>): Promise<void> => {
    const engine = new Engine(await create());
    try {
      await work(engine);
    } finally {
      engine.close();
    }
  };
  /** Builds tensors on the backend and compares their values with those of the reference kernels. */
  const agree = (t: Assertions, build: (engine: Engine, dtype: FloatType) => readonly Tensor[]): Promise<void> =>
    withEngine(async (engine) => {
      for (const dtype of dtypes) {
        const tensors = build(engine, dtype);
        const want = evaluateGraph(tensors);
        const got = await engine.evaluate(tensors);
        got.forEach((value, i) =>
          t.deepEqual(differenceOf(value, want[i]!), undefined, `${tensors[i]!.toString()} in ${dtype}`),
        );
      }
    });

  for (const data of [
    Float32Array.of(1.5, -0, NaN, Infinity, -Infinity, 1e-45, 3.4e38),
    Float64Array.of(0.1, -0, NaN, -Infinity, 5e-324, 1.7e308),
    Int32Array.of(0, -1, 2 ** 31 - 1, -(2 ** 31)),
    Uint8Array.of(1, 0, 1, 1, 0),
  ]) {
    const { dtype } = hostTensor(data);
    if (isFloat(dtype) && !dtypes.includes(dtype)) continue;
    test(`memory keeps ${dtype}, zero-filled at first`, (t) => keepsMemory(t, create, dtype, data));
  }

  for (const { name, make } of primitiveSamples) {
    test(`${name} alone and between neighbours`, async (t) => {
      const random = new RandomSource(2).child(name);
      for (let round = 0; round < rounds; round++) {
        const { inputs, apply } = make(random);
        await agree(t, (engine, dtype) => {
          const tensors = inputs.map((input) =>
            engine.tensor(input, undefined, isFloat(input.dtype) ? dtype : input.dtype),
          );
          const scaled = tensors.map((tensor) => (isFloat(tensor.dtype) ? tensor.mul(0.75).add(0.125) : tensor));
          const y = apply(...scaled);
          return [apply(...tensors), isFloat(y.dtype) ? y.mul(0.5).add(1).sum() : y];
        });
      }
    });
  }

  for (const [rows, columns, inner] of [
    [1, 1, 1],
    [3, 5, 7],
    [17, 33, 65],
    [64, 16, 8],
    [130, 1, 31],
    [1, 100, 257],
  ] as const) {
    test(`matrix product ${rows}×${inner} by ${inner}×${columns}, with bias and relu, and its gradients`, (t) =>
      agree(t, (engine, dtype) => {
        const draw = drawerOf(engine, dtype);
        const [a, b, bias] = [draw([rows, inner]), draw([inner, columns]), draw([columns])];
        const y = graph.relu(graph.matmul(a, b).add(bias));
        return [y, ...gradients(y, [a, b, bias], draw([rows, columns]))];
      }));
  }

  for (const [title, x, w, options] of [
    ['1-D, same', [3, 5, 37], [9, 5, 5], { padding: 'same' }],
    ['2-D, as in a network', [4, 3, 14, 14], [10, 3, 3, 3], { padding: 1 }],
    [
      '2-D, strided where the stride does not divide',
      [2, 4, 13, 18],
      [6, 4, 3, 5],
      {
        stride: [2, 3],
        padding: [
          [1, 0],
          [2, 2],
        ],
      },
    ],
    ['2-D, depthwise', [2, 6, 11, 9], [12, 1, 3, 3], { groups: 6, dilation: 2 }],
    ['2-D, dilated input', [1, 3, 7, 6], [5, 3, 4, 3], { inputDilation: [2, 3], padding: 2 }],
    [
      '2-D, cropped',
      [2, 2, 12, 12],
      [3, 2, 3, 3],
      {
        padding: [
          [-2, -1],
          [-3, 4],
        ],
      },
    ],
    ['3-D, grouped', [1, 4, 6, 7, 5], [6, 2, 3, 2, 3], { groups: 2, stride: [1, 2, 1], padding: 1 }],
  ] as const) {
    test(`convolution ${title}, with bias and relu, and its gradients`, (t) =>
      agree(t, (engine, dtype) => {
        const draw = drawerOf(engine, dtype);
        const [input, kernel, bias] = [draw(x), draw(w), draw([w[0], ...x.slice(2).map(() => 1)])];
        const y = graph.relu(graph.convolve(input, kernel, options).add(bias));
        return [y, ...gradients(y, [input, kernel, bias], draw(y.shape))];
      }));
  }

  test('reductions that are longer than any vector, over every axis', (t) =>
    agree(t, (engine, dtype) => {
      const x = drawerOf(engine, dtype)([7, 131, 35]);
      const axes = [0, 1, 2, [0, 1], [0, 2], [1, 2], undefined];
      return [
        ...axes.flatMap((over) => [x.sum(over), x.max(over), x.mul(x).mean(over)]),
        graph.softmax(x),
        x.argMax(1),
        graph.cumulativeSum(x, 1),
      ];
    }));

  test('max pooling and its gradient', (t) =>
    agree(t, (engine, dtype) => {
      const x = drawerOf(engine, dtype)([3, 4, 9, 11]);
      const y = graph.maxPool(x, {
        size: [2, 3],
        stride: [2, 2],
        dilation: [1, 1],
        padding: [
          [0, 0],
          [1, 1],
        ],
      });
      return [y, ...gradients(y.mul(y).sum(), [x])];
    }));

  test('NaN and the infinities', (t) =>
    agree(t, (engine, dtype) => {
      const special = [NaN, Infinity, -Infinity, 0, -1, 1, 1e30, -1e30, 1e-30];
      const a = engine.tensor(
        special.flatMap((x) => special.map(() => x)),
        undefined,
        dtype,
      );
      const b = engine.tensor(
        special.flatMap(() => special),
        undefined,
        dtype,
      );
      const rows = a.reshape([special.length, special.length]);
      return [
        a.add(b),
        a.sub(b),
        a.mul(b),
        a.div(b),
        a.maximum(b),
        a.minimum(b),
        a.pow(b),
        a.equal(b),
        a.notEqual(b),
        a.less(b),
        a.lessEqual(b),
        a.greater(b),
        a.greaterEqual(b),
        a.exp(),
        a.log(),
        a.sqrt(),
        a.tanh(),
        a.sigmoid(),
        a.relu(),
        a.abs(),
        a.neg(),
        a.sign(),
        graph.expm1(a),
        graph.log1p(a),
        graph.erf(a),
        graph.floor(a),
        graph.ceil(a),
        graph.round(a),
        a.cast('bool'),
        a.cast('int32'),
        rows.max(0),
        rows.sum(1),
        rows.argMax(0),
        graph.logSumExp(rows, 1),
      ];
    }));

  test('tensors without elements', (t) =>
    agree(t, (engine, dtype) => {
      const [none, some] = [engine.tensor([], [0, 3], dtype), engine.tensor([1, 2, 3], [1, 3], dtype)];
      return [
        none.add(1),
        none.sum(),
        none.sum(0),
        none.add(some),
        graph.matmul(none, some.transpose()),
        graph.matmul(none.transpose(), none),
        graph.concatenate([none, some]),
        graph.pad(none, [
          [1, 1],
          [0, 0],
        ]),
      ];
    }));

  for (const dtype of dtypes) {
    test(`variables are updated in place, in ${dtype}`, async (t) => {
      const [got, want] = [
        await trained(new Engine(await create()), dtype),
        await trained(new Engine(new ReferenceBackend()), dtype),
      ];
      got.forEach((value, i) => t.deepEqual(differenceOf(value, want[i]!), undefined, `value ${i}`));
    });

    test(`runs repeat to the bit, in ${dtype}`, async (t) => {
      const [first, second] = [
        await trained(new Engine(await create()), dtype),
        await trained(new Engine(await create()), dtype),
      ];
      t.deepEqual(first, second);
    });
  }

  test('variables change places', (t) =>
    withEngine(async (engine) => {
      const [a, b, c] = [engine.variable([1, 2, 3]), engine.variable([4, 5, 6]), engine.variable([7, 8, 9])];
      const turn = engine.trace(() => {
        const values = [a.value, b.value, c.value] as const;
        void a.assign(values[1]);
        void b.assign(values[2].add(0));
        void c.assign(values[0].mul(2));
        return [];
      });
      await turn.call([]);
      await turn.call([]);
      const values = await Promise.all([a, b, c].map(async (variable) => [...(await variable.read()).data]));
      t.deepEqual(values, [
        [7, 8, 9],
        [2, 4, 6],
        [8, 10, 12],
      ]);
    }));
}

async function keepsMemory(
  t: Assertions,
  create: () => Backend | Promise<Backend>,
  dtype: DType,
  data: TypedArray,
): Promise<void> {
  const backend = await create();
  const bytes = storageBytes(dtype);
  for (let round = 0; round < 2; round++) {
    const [buffer, neighbour, empty] = [
      backend.allocate((data.length + 2) * bytes),
      backend.allocate(3 * bytes),
      backend.allocate(0),
    ];
    t.deepEqual([...(await backend.read(buffer, dtype, 0, data.length + 2))], new Array(data.length + 2).fill(0));
    backend.write(buffer, data);
    backend.write(empty, data.subarray(0, 0));
    t.deepEqual(await backend.read(buffer, dtype, 0, data.length), data);
    t.deepEqual(await backend.read(buffer, dtype, bytes, data.length - 1), data.slice(1));
    t.deepEqual([...(await backend.read(buffer, dtype, data.length * bytes, 2))], [0, 0]);
    t.deepEqual([...(await backend.read(neighbour, dtype, 0, 3))], [0, 0, 0]);
    t.deepEqual((await backend.read(empty, dtype, 0, 0)).length, 0);
    for (const block of [buffer, neighbour, empty]) backend.release(block);
  }
  backend.close();
}

/** Draws tensors of the same numbers for the same shapes. */
function drawerOf(engine: Engine, dtype: FloatType): (shape: readonly number[]) => Tensor {
  const random = new RandomSource(3);
  return (shape) => engine.tensor(randomTensor(random, shape), undefined, dtype);
}

/** Losses and final state of a few steps of Adam (Kingma & Ba 2015, algorithm 1) on a small regression. */
async function trained(engine: Engine, dtype: FloatType): Promise<HostTensor[]> {
  const random = new RandomSource(4);
  const weight = engine.variable(randomTensor(random, [9, 5]), { dtype });
  const zeros = () => engine.variable(new Float64Array(45), { dtype, shape: [9, 5] });
  const slots = [zeros(), zeros()] as const;
  const step = engine.trace(([x, target, rate]) => {
    const loss = graph.matmul(x!, weight.value).sub(target!).square().mean();
    const [gradient] = gradients(loss, [weight.value]) as [Tensor];
    const first = slots[0].value.mul(0.9).add(gradient.mul(0.1));
    const second = slots[1].value.mul(0.99).add(gradient.square().mul(0.01));
    void slots[0].assign(first);
    void slots[1].assign(second);
    void weight.assign(weight.value.sub(first.div(second.sqrt().add(1e-3)).mul(rate!)));
    return [loss];
  });
  const results: HostTensor[] = [];
  for (let i = 0; i < 5; i++) {
    const draw = (shape: readonly number[]): HostTensor => hostTensor(randomTensor(random, shape), undefined, dtype);
    results.push(...(await step.call([draw([12, 9]), draw([12, 5]), hostTensor(0.1 / (i + 1), [], dtype)])));
  }
  for (const state of [weight, ...slots]) results.push(await state.read());
  engine.close();
  return results;
}
