import * as graph from '../graph/index.js';
import type { Tensor } from '../graph/index.js';
import type { RandomSource } from '../random/random-source.js';
import type { DType } from '../tensor/dtype.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { randomConvolution } from './random-convolution.js';
import type { PrimitiveSample } from './primitive-suite.js';
import { randomShape, randomTensor, type RandomTensorOptions } from './random-tensor.js';

/** Random uses of every primitive of the library (but for leaves, which have no inputs). */
export const primitiveSamples: readonly PrimitiveSample[] = [
  ...tableOf(unary, {
    neg: graph.neg,
    abs: graph.abs,
    sign: graph.sign,
    exp: graph.exp,
    expm1: graph.expm1,
    sin: graph.sin,
    cos: graph.cos,
    tanh: graph.tanh,
    erf: graph.erf,
    floor: graph.floor,
    ceil: graph.ceil,
    round: graph.round,
  }),
  ...tableOf(unary, { log: graph.log, log1p: graph.log1p, sqrt: graph.sqrt }, { low: 0.1, high: 4 }),
  ...tableOf(binary, {
    add: graph.add,
    sub: graph.sub,
    mul: graph.mul,
    div: graph.div,
    maximum: graph.maximum,
    minimum: graph.minimum,
    atan2: graph.atan2,
  }),
  binary('pow', graph.pow, { low: 0.2, high: 2 }),
  ...tableOf(
    binary,
    {
      equal: graph.equal,
      notEqual: graph.notEqual,
      less: graph.less,
      lessEqual: graph.lessEqual,
      greater: graph.greater,
      greaterEqual: graph.greaterEqual,
    },
    { dtype: 'int32' },
  ),
  logical('logicalAnd', graph.logicalAnd),
  logical('logicalOr', graph.logicalOr),
  logical('logicalXor', graph.logicalXor),
  sample('logicalNot', (random) => [
    [randomTensor(random, randomShape(random, 2), { dtype: 'bool' })],
    (x) => graph.logicalNot(x),
  ]),
  sample('scan', (random) => {
    const [steps, rows, width] = [random.integer(5), 1 + random.integer(3), 1 + random.integer(3)];
    const reverse = random.integer(2) === 1;
    const tensors = [
      [steps, rows, width],
      [rows, width],
      [width, width],
    ].map((shape) => randomTensor(random, shape));
    const takesOutputs = random.integer(2) === 1;
    return [
      tensors,
      (x, before, w) => {
        const { carry, outputs } = graph.scan(
          ([state], [part], t) => {
            const next = graph.tanh(graph.add(graph.matmul(state, w!), part!));
            return { carry: [next], outputs: [graph.mul(next, graph.cast(graph.add(t, 1), next.dtype))] };
          },
          [before!],
          [x!],
          { reverse },
        );
        return takesOutputs ? outputs[0]! : carry[0];
      },
    ];
  }),
  sample('where', (random) => {
    const shape = randomShape(random, 3);
    const [condition, a, b] = [
      randomTensor(random, shape, { dtype: 'bool' }),
      randomTensor(random, shape),
      randomTensor(random, shape.slice(1)),
    ];
    return [[condition, a, b], (condition, a, b) => graph.where(condition, a, b)];
  }),
  sample('cast', (random) => {
    const from = pick<DType>(random, ['float64', 'int32', 'bool']);
    const to = pick<DType>(
      random,
      from === 'float64'
        ? ['int32', 'bool']
        : (['float64', 'int32', 'bool'].filter((dtype) => dtype !== from) as DType[]),
    );
    return [[randomTensor(random, randomShape(random, 2), { dtype: from })], (x) => graph.cast(x, to)];
  }),
  sample('sum', (random) => reduced(random, graph.sum)),
  sample('max', (random) => reduced(random, graph.max)),
  sample('argMax', (random) => {
    const shape = randomShape(random, 3);
    const [axis, keepDims] = [random.integer(3), random.integer(2) === 1];
    return [[randomTensor(random, shape)], (x) => graph.argMax(x, axis, keepDims)];
  }),
  sample('cumulativeSum', (random) => {
    const shape = randomShape(random, 3);
    const [axis, reverse] = [random.integer(3), random.integer(2) === 1];
    return [[randomTensor(random, shape)], (x) => graph.cumulativeSum(x, axis, reverse)];
  }),
  sample('broadcastTo', (random) => {
    const shape = [2 + random.integer(2), ...randomShape(random, 2)];
    const from = shape.slice(random.integer(2)).map((extent) => (random.integer(2) === 0 ? 1 : extent));
    return [[randomTensor(random, from)], (x) => graph.broadcastTo(x, [2, ...shape])];
  }),
  sample('reshape', (random) => {
    const shape = randomShape(random, 3);
    return [[randomTensor(random, shape)], (x) => graph.reshape(x, [-1, shape[0]!, 1])];
  }),
  sample('transpose', (random) => {
    const permutation = pick(random, [
      [1, 2, 0],
      [2, 1, 0],
      [0, 2, 1],
      [1, 0, 2],
    ]);
    return [[randomTensor(random, randomShape(random, 3))], (x) => graph.transpose(x, permutation)];
  }),
  sample('flip', (random) => {
    const axes = pick(random, [[0], [1], [0, 2], [0, 1, 2]]);
    return [[randomTensor(random, randomShape(random, 3))], (x) => graph.flip(x, axes)];
  }),
  sample('slice', (random) => {
    const shape = randomShape(random, 2, 6);
    const start = shape.map((extent) => random.integer(extent));
    const stop = shape.map((extent, axis) => start[axis]! + random.integer(extent - start[axis]! + 1));
    const step = shape.map(() => 1 + random.integer(3));
    return [[randomTensor(random, shape)], (x) => graph.slice(x, start, stop, step)];
  }),
  sample('pad', (random) => {
    const shape = randomShape(random, 2, 5);
    const interior = shape.map(() => random.integer(3));
    const padding = shape.map((): [number, number] => [random.integer(4) - 1, random.integer(4)]);
    const value = random.integer(2);
    return [[randomTensor(random, shape)], (x) => graph.pad(x, padding, { value, interior })];
  }),
  sample('concatenate', (random) => {
    const [shape, axis] = [randomShape(random, 3), random.integer(3)];
    const parts = Array.from({ length: 1 + random.integer(3) + 1 }, () =>
      randomTensor(
        random,
        shape.map((extent, d) => (d === axis ? random.integer(4) : extent)),
      ),
    );
    return [parts, (...tensors) => graph.concatenate(tensors, axis)];
  }),
  sample('gather', (random) => {
    const { x, indices, axis, batchDims } = indexed(random, (shape, axis) => shape[axis]!);
    return [[x, indices], (x, indices) => graph.gather(x, indices, axis, batchDims)];
  }),
  sample('scatterAdd', (random) => {
    const size = 1 + random.integer(5);
    const { x, indices, axis, batchDims } = indexed(random, () => size, true);
    return [[x, indices], (x, indices) => graph.scatterAdd(x, indices, size, axis, batchDims)];
  }),
  sample('windowArgMax', (random) => {
    const shape = [...randomShape(random, 2, 2), 4 + random.integer(4), 4 + random.integer(4)];
    const window = {
      size: [1 + random.integer(2), 2],
      stride: [1 + random.integer(3), 1 + random.integer(2)],
      dilation: [1 + random.integer(2), 1 + random.integer(2)],
      padding: [
        [0, 0],
        [random.integer(2), random.integer(2)],
      ] as const,
    };
    return [[randomTensor(random, shape)], (x) => graph.maxPool(x, window)];
  }),
  sample('convolution', (random) => {
    const { x, w, attributes } = randomConvolution(random);
    return [[randomTensor(random, x), randomTensor(random, w)], (x, w) => graph.convolution(x, w, attributes)];
  }),
  sample('randomBits', (random) => {
    const shape = randomShape(random, 2, 9);
    return [
      [randomTensor(random, [3], { dtype: 'int32', low: -1000, high: 1000 })],
      (key) => graph.randomBits(key, shape),
    ];
  }),
  sample('iota', (random) => {
    const [shape, axis] = [randomShape(random, 3), random.integer(3)];
    return [[randomTensor(random, shape)], (x) => graph.mul(x, graph.iota(shape, axis, x.dtype))];
  }),
  sample('literal', (random) => {
    const value = random.normal();
    return [[randomTensor(random, randomShape(random, 2))], (x) => graph.mul(x, value)];
  }),
  sample('withVjp', (random) => [
    [randomTensor(random, randomShape(random, 2), { low: -2, high: 2 })],
    (x) =>
      graph.withVjp(
        'cube',
        [x],
        () => graph.square(x).mul(x),
        (cotangent) => [cotangent.mul(graph.square(x)).mul(3)],
      ),
  ]),
];

/** Inputs, and what is done with their tensors. */
type Use<I extends readonly HostTensor[]> = readonly [
  inputs: readonly [...I],
  apply: (...tensors: { [K in keyof I]: Tensor }) => Tensor,
];

function sample<I extends readonly HostTensor[]>(
  name: string,
  make: (random: RandomSource) => Use<I>,
): PrimitiveSample {
  return {
    name,
    make(random) {
      const [inputs, apply] = make(random);
      return { inputs, apply: apply as (...tensors: Tensor[]) => Tensor };
    },
  };
}

/** One sample for each operation of a table. */
function tableOf<F>(
  make: (name: string, apply: F, options?: RandomTensorOptions) => PrimitiveSample,
  table: Readonly<Record<string, F>>,
  options?: RandomTensorOptions,
): PrimitiveSample[] {
  return Object.entries(table).map(([name, apply]) => make(name, apply, options));
}

function unary(name: string, apply: (x: Tensor) => Tensor, options?: RandomTensorOptions): PrimitiveSample {
  return sample(name, (random) => [
    [randomTensor(random, randomShape(random, random.integer(4)), options)],
    (x) => apply(x),
  ]);
}

function binary(name: string, apply: (a: Tensor, b: Tensor) => Tensor, options?: RandomTensorOptions): PrimitiveSample {
  return sample(name, (random) => {
    const shape = randomShape(random, random.integer(4));
    const other = shape.slice(random.integer(2)).map((extent) => (random.integer(3) === 0 ? 1 : extent));
    const inputs = [randomTensor(random, shape, options), randomTensor(random, other, options)];
    if (random.integer(2) === 0) inputs.reverse();
    return [inputs, (a, b) => apply(a, b)];
  });
}

function logical(name: string, apply: (a: Tensor, b: Tensor) => Tensor): PrimitiveSample {
  return sample(name, (random) => {
    const shape = randomShape(random, 2);
    return [
      [randomTensor(random, shape, { dtype: 'bool' }), randomTensor(random, shape, { dtype: 'bool' })],
      (a, b) => apply(a, b),
    ];
  });
}

function reduced(random: RandomSource, apply: typeof graph.sum): Use<[HostTensor]> {
  const axes = pick(random, [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]]);
  const keepDims = random.integer(2) === 1;
  return [[randomTensor(random, randomShape(random, 3, 5))], (x) => apply(x, axes, keepDims)];
}

/** A tensor with indices along one of its axes; `scattered` ones may also point outside. */
function indexed(
  random: RandomSource,
  extentOf: (shape: readonly number[], axis: number) => number,
  scattered = false,
): { x: HostTensor; indices: HostTensor; axis: number; batchDims: number } {
  const shape = randomShape(random, 3);
  const batchDims = random.integer(3);
  const axis = batchDims + random.integer(3 - batchDims);
  const count = scattered ? shape[axis]! : random.integer(6);
  const [low, high] = scattered ? [-1, extentOf(shape, axis)] : [0, extentOf(shape, axis) - 1];
  return {
    x: randomTensor(random, shape),
    indices: randomTensor(random, [...shape.slice(0, batchDims), count], { dtype: 'int32', low, high }),
    axis,
    batchDims,
  };
}

function pick<T>(random: RandomSource, choices: readonly T[]): T {
  return choices[random.integer(choices.length)]!;
}
