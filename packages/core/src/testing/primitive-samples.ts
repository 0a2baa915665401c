import * as ops from '../graph/operations/index.js';
import * as primitives from '../graph/primitives/index.js';
import type { Tensor } from '../graph/tensor.js';
import type { RandomSource } from '../random/random-source.js';
import type { DType } from '../tensor/dtype.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { randomConvolution } from './random-convolution.js';
import type { PrimitiveSample } from './primitive-suite.js';
import { randomShape, randomTensor, type RandomTensorOptions } from './random-tensor.js';

/** Random uses of every primitive of the library (but for leaves, which have no inputs). */
export const primitiveSamples: readonly PrimitiveSample[] = [
  ...(['neg', 'abs', 'sign', 'exp', 'expm1', 'sin', 'cos', 'tanh', 'erf', 'floor', 'ceil', 'round'] as const).map(
    (name) => unary(name),
  ),
  ...(['log', 'sqrt', 'log1p'] as const).map((name) => unary(name, { low: 0.1, high: 4 })),
  ...(['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'atan2'] as const).map((name) => binary(name)),
  binary('pow', { low: 0.2, high: 2 }),
  ...(['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'] as const).map((name) =>
    binary(name, { dtype: 'int32' }),
  ),
  logical('and', primitives.logicalAnd),
  logical('or', primitives.logicalOr),
  logical('xor', primitives.logicalXor),
  sample('not', (random) => [
    [randomTensor(random, randomShape(random, 2), { dtype: 'bool' })],
    (x) => primitives.logicalNot(x!),
  ]),
  sample('where', (random) => {
    const shape = randomShape(random, 3);
    const [condition, a, b] = [
      randomTensor(random, shape, { dtype: 'bool' }),
      randomTensor(random, shape),
      randomTensor(random, shape.slice(1)),
    ];
    return [[condition, a, b], (condition, a, b) => primitives.where(condition!, a!, b!)];
  }),
  sample('cast', (random) => {
    const from = pick<DType>(random, ['float64', 'int32', 'bool']);
    const to = pick<DType>(
      random,
      from === 'float64'
        ? ['int32', 'bool']
        : (['float64', 'int32', 'bool'].filter((dtype) => dtype !== from) as DType[]),
    );
    return [[randomTensor(random, randomShape(random, 2), { dtype: from })], (x) => primitives.cast(x!, to)];
  }),
  sample('sum', (random) => reduced(random, primitives.sum)),
  sample('max', (random) => reduced(random, primitives.max)),
  sample('argMax', (random) => {
    const shape = randomShape(random, 3);
    const [axis, keepDims] = [random.integer(3), random.integer(2) === 1];
    return [[randomTensor(random, shape)], (x) => primitives.argMax(x!, axis, keepDims)];
  }),
  sample('cumulativeSum', (random) => {
    const shape = randomShape(random, 3);
    const [axis, reverse] = [random.integer(3), random.integer(2) === 1];
    return [[randomTensor(random, shape)], (x) => primitives.cumulativeSum(x!, axis, reverse)];
  }),
  sample('broadcastTo', (random) => {
    const shape = [2 + random.integer(2), ...randomShape(random, 2)];
    const from = shape.slice(random.integer(2)).map((extent) => (random.integer(2) === 0 ? 1 : extent));
    return [[randomTensor(random, from)], (x) => primitives.broadcastTo(x!, [2, ...shape])];
  }),
  sample('reshape', (random) => {
    const shape = randomShape(random, 3);
    return [[randomTensor(random, shape)], (x) => primitives.reshape(x!, [-1, shape[0]!, 1])];
  }),
  sample('transpose', (random) => {
    const permutation = pick(random, [
      [1, 2, 0],
      [2, 1, 0],
      [0, 2, 1],
      [1, 0, 2],
    ]);
    return [[randomTensor(random, randomShape(random, 3))], (x) => primitives.transpose(x!, permutation)];
  }),
  sample('flip', (random) => {
    const axes = pick(random, [[0], [1], [0, 2], [0, 1, 2]]);
    return [[randomTensor(random, randomShape(random, 3))], (x) => primitives.flip(x!, axes)];
  }),
  sample('slice', (random) => {
    const shape = randomShape(random, 2, 6);
    const start = shape.map((extent) => random.integer(extent));
    const stop = shape.map((extent, axis) => start[axis]! + random.integer(extent - start[axis]! + 1));
    const step = shape.map(() => 1 + random.integer(3));
    return [[randomTensor(random, shape)], (x) => primitives.slice(x!, start, stop, step)];
  }),
  sample('pad', (random) => {
    const shape = randomShape(random, 2, 5);
    const interior = shape.map(() => random.integer(3));
    const padding = shape.map((): [number, number] => [random.integer(4) - 1, random.integer(4)]);
    const value = random.integer(2);
    return [[randomTensor(random, shape)], (x) => primitives.pad(x!, padding, { value, interior })];
  }),
  sample('concatenate', (random) => {
    const [shape, axis] = [randomShape(random, 3), random.integer(3)];
    const parts = Array.from({ length: 1 + random.integer(3) + 1 }, () =>
      randomTensor(
        random,
        shape.map((extent, d) => (d === axis ? random.integer(4) : extent)),
      ),
    );
    return [parts, (...tensors) => primitives.concatenate(tensors as Tensor[], axis)];
  }),
  sample('gather', (random) => {
    const { x, indices, axis, batchDims } = indexed(random, (shape, axis) => shape[axis]!);
    return [[x, indices], (x, indices) => primitives.gather(x!, indices!, axis, batchDims)];
  }),
  sample('scatterAdd', (random) => {
    const size = 1 + random.integer(5);
    const { x, indices, axis, batchDims } = indexed(random, () => size, true);
    return [[x, indices], (x, indices) => primitives.scatterAdd(x!, indices!, size, axis, batchDims)];
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
    return [[randomTensor(random, shape)], (x) => ops.maxPool(x!, window)];
  }),
  sample('convolution', (random) => {
    const { x, w, attributes } = randomConvolution(random);
    return [[randomTensor(random, x), randomTensor(random, w)], (x, w) => primitives.convolution(x!, w!, attributes)];
  }),
  sample('randomBits', (random) => {
    const shape = randomShape(random, 2, 9);
    return [
      [randomTensor(random, [3], { dtype: 'int32', low: -1000, high: 1000 })],
      (key) => primitives.randomBits(key!, shape),
    ];
  }),
  sample('iota', (random) => {
    const [shape, axis] = [randomShape(random, 3), random.integer(3)];
    return [[randomTensor(random, shape)], (x) => primitives.mul(x!, primitives.iota(shape, axis, x!.dtype))];
  }),
  sample('literal', (random) => {
    const value = random.normal();
    return [[randomTensor(random, randomShape(random, 2))], (x) => primitives.mul(x!, value)];
  }),
  sample('withVjp', (random) => [
    [randomTensor(random, randomShape(random, 2), { low: -2, high: 2 })],
    (x) =>
      primitives.withVjp(
        'cube',
        [x!],
        () => ops.square(x!).mul(x!),
        (cotangent) => [cotangent.mul(ops.square(x!)).mul(3)],
      ),
  ]),
];

type Make = (
  random: RandomSource,
) => readonly [inputs: readonly HostTensor[], apply: (...inputs: (Tensor | undefined)[]) => Tensor];

function sample(name: string, make: Make): PrimitiveSample {
  return {
    name,
    make(random) {
      const [inputs, apply] = make(random);
      return { inputs, apply };
    },
  };
}

type Unary =
  | 'neg'
  | 'abs'
  | 'sign'
  | 'exp'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'sqrt'
  | 'sin'
  | 'cos'
  | 'tanh'
  | 'erf'
  | 'floor'
  | 'ceil'
  | 'round';

function unary(name: Unary, options?: RandomTensorOptions): PrimitiveSample {
  return sample(name, (random) => [
    [randomTensor(random, randomShape(random, random.integer(4)), options)],
    (x) => primitives[name](x!),
  ]);
}

type Binary =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'pow'
  | 'maximum'
  | 'minimum'
  | 'atan2'
  | 'equal'
  | 'notEqual'
  | 'less'
  | 'lessEqual'
  | 'greater'
  | 'greaterEqual';

function binary(name: Binary, options?: RandomTensorOptions): PrimitiveSample {
  return sample(name, (random) => {
    const shape = randomShape(random, random.integer(4));
    const other = shape.slice(random.integer(2)).map((extent) => (random.integer(3) === 0 ? 1 : extent));
    const inputs = [randomTensor(random, shape, options), randomTensor(random, other, options)];
    if (random.integer(2) === 0) inputs.reverse();
    return [inputs, (a, b) => primitives[name](a!, b!)];
  });
}

function logical(name: string, apply: (a: Tensor, b: Tensor) => Tensor): PrimitiveSample {
  return sample(name, (random) => {
    const shape = randomShape(random, 2);
    return [
      [randomTensor(random, shape, { dtype: 'bool' }), randomTensor(random, shape, { dtype: 'bool' })],
      (a, b) => apply(a!, b!),
    ];
  });
}

function reduced(random: RandomSource, apply: typeof primitives.sum): ReturnType<Make> {
  const axes = pick(random, [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]]);
  const keepDims = random.integer(2) === 1;
  return [[randomTensor(random, randomShape(random, 3, 5))], (x) => apply(x!, axes, keepDims)];
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
