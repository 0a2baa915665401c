import { TensorArgument, type Draw } from './draw.js';
import { sizeOf, type DType, type Shape } from '@adjoint/core';

/** How an operation is called: its arguments at random, most of which go together. */
export interface Operation {
  readonly args: (draw: Draw) => unknown[];
  /** Whether NaN may come of finite numbers: outside of the domain of a function, 0/0, ∞ − ∞. */
  readonly partial?: boolean;
  /** Whether each element of the result depends on few elements, so that its error is relative to itself. */
  readonly elementwise?: boolean;
}

const float = (draw: Draw): DType => draw.pick(['float32', 'float32', 'float64']);
const unary: Operation = {
  args: (draw) => [draw.tensor(draw.shape(), draw.once(8) ? draw.dtype() : float(draw))],
  elementwise: true,
};
const partial: Operation = { ...unary, partial: true };
const binary: Operation = { args: (draw) => draw.pair(), elementwise: true };
const comparison: Operation = { args: (draw) => draw.pair(draw.pick(['float32', 'float64', 'int32'])) };
const logical: Operation = { args: (draw) => draw.pair(draw.once(10) ? 'float32' : 'bool') };
const reduction: Operation = {
  args: (draw) => {
    const x = draw.tensor();
    return [x, draw.axes(rankOf(x)), draw.maybe(() => draw.once(2))];
  },
};
const choice: Operation = {
  args: (draw) => {
    const x = draw.tensor();
    return [x, draw.axis(rankOf(x)), draw.maybe(() => draw.once(2))];
  },
};
const window: Operation = {
  args: (draw) => {
    const dims = draw.int(1, 3);
    return [
      draw.tensor([...draw.list(2, () => draw.int(0, 3)), ...draw.list(dims, () => draw.int(1, 8))]),
      {
        size: draw.list(dims, () => draw.int(1, 3)),
        stride: draw.list(dims, () => draw.int(1, 3)),
        dilation: draw.list(dims, () => draw.int(1, 2)),
        padding: draw.list(dims, () => [draw.int(0, 1), draw.int(0, 2)]),
      },
    ];
  },
};
const triangle: Operation = {
  args: (draw) => [draw.tensor(draw.shape(1, 4)), draw.maybe(() => draw.int(-3, 3))],
  elementwise: true,
};
const drawn: Operation = { args: (draw) => [keyOf(draw), draw.shape(0, 3), draw.maybe(() => float(draw))] };

/** Operations with arguments that mostly go together. */
const known: Readonly<Record<string, Operation>> = {
  abs: unary,
  ceil: unary,
  cos: unary,
  erf: unary,
  exp: unary,
  expm1: unary,
  floor: unary,
  neg: unary,
  relu: unary,
  round: unary,
  sigmoid: unary,
  sign: unary,
  sin: unary,
  sinh: unary,
  square: unary,
  stopGradient: unary,
  tanh: unary,
  zerosLike: unary,
  cosh: unary,
  asinh: unary,
  atan: unary,
  tan: unary,
  acos: partial,
  acosh: partial,
  asin: partial,
  atanh: partial,
  log: partial,
  log1p: partial,
  log2: partial,
  reciprocal: partial,
  rsqrt: partial,
  sqrt: partial,
  add: binary,
  sub: binary,
  mul: binary,
  maximum: binary,
  minimum: binary,
  // The gradient at the origin has no value.
  atan2: { ...binary, partial: true },
  div: { ...binary, partial: true },
  pow: { ...binary, partial: true },
  equal: comparison,
  notEqual: comparison,
  less: comparison,
  lessEqual: comparison,
  greater: comparison,
  greaterEqual: comparison,
  logicalAnd: logical,
  logicalOr: logical,
  logicalXor: logical,
  logicalNot: { args: (draw) => [draw.tensor(draw.shape(), draw.once(8) ? draw.dtype() : 'bool')] },
  sum: reduction,
  mean: reduction,
  max: reduction,
  min: reduction,
  prod: reduction,
  any: { args: (draw) => withAxes(draw, 'bool') },
  all: { args: (draw) => withAxes(draw, 'bool') },
  logSumExp: reduction,
  variance: { args: withOptions, partial: true },
  standardDeviation: { args: withOptions, partial: true },
  norm: {
    args: (draw) => {
      const x = draw.tensor(draw.shape(), float(draw));
      return [x, draw.pick([undefined, 1, 2, 3, 0.5, Infinity]), draw.axes(rankOf(x)), draw.maybe(() => draw.once(2))];
    },
  },
  argMax: choice,
  argMin: choice,
  cumulativeSum: choice,
  softmax: { args: withAxis },
  logSoftmax: { args: withAxis },
  broadcastTo: {
    args: (draw) => {
      const shape = draw.shape(0, 3);
      return [draw.tensor(draw.partner(shape)), draw.once(20) ? [2 ** 31 - 1, ...shape] : shape];
    },
    elementwise: true,
  },
  cast: {
    args: (draw) => [draw.tensor(), draw.once(20) ? 'float16' : draw.dtype()],
    elementwise: true,
  },
  clamp: { args: (draw) => [draw.tensor(), draw.number(), draw.number()], elementwise: true },
  where: {
    args: (draw) => {
      const [a, b] = draw.pair();
      return [draw.tensor(draw.shape(0, 2), draw.once(10) ? 'float32' : 'bool'), a, b];
    },
    elementwise: true,
  },
  concatenate: { args: (draw) => joined(draw), elementwise: true },
  stack: {
    args: (draw) => {
      const shape = draw.shape(0, 3);
      const dtype = draw.dtype();
      return [draw.list(draw.int(0, 4), () => draw.tensor(shape, dtype)), draw.axis(shape.length + 1)];
    },
    elementwise: true,
  },
  convolve: { args: convolution },
  matmul: { args: matrices },
  maxPool: window,
  sumPool: window,
  flip: { args: (draw) => withAxes(draw).slice(0, 2), elementwise: true },
  gather: {
    args: (draw) => {
      const { shape, axis, batchDims } = indexed(draw);
      const count = [...shape.slice(0, batchDims), draw.int(0, 5)];
      return [draw.tensor(shape), draw.indices(count, shape[axis] ?? 1), axis, batchDims];
    },
    // NaN for an index outside.
    partial: true,
    elementwise: true,
  },
  scatterAdd: {
    args: (draw) => {
      const { shape, axis, batchDims } = indexed(draw);
      const size = draw.int(0, 6);
      const indices = draw.indices([...shape.slice(0, batchDims), shape[axis] ?? 1], size);
      return [draw.tensor(shape), indices, size, axis, batchDims];
    },
  },
  take: {
    args: (draw) => {
      const shape = draw.shape(1, 3);
      const axis = draw.axis(shape.length);
      return [draw.tensor(shape), draw.indices(draw.shape(0, 2), shape.at(axis) ?? 1), axis];
    },
    // NaN for an index outside.
    partial: true,
    elementwise: true,
  },
  takeAlongAxis: {
    args: (draw) => {
      const shape = draw.shape(1, 3);
      const axis = draw.axis(shape.length);
      const indices = shape.with(axis < -shape.length || axis >= shape.length ? 0 : axis, draw.int(0, 4));
      return [draw.tensor(shape), draw.indices(indices, shape.at(axis) ?? 1), axis];
    },
    // NaN for an index outside.
    partial: true,
    elementwise: true,
  },
  iota: { args: (draw) => iota(draw) },
  literal: { args: (draw) => [draw.number(), draw.dtype()] },
  oneHot: {
    args: (draw) => [draw.indices(draw.shape(0, 3), 4), draw.int(0, 5), draw.maybe(() => draw.dtype())],
  },
  pad: {
    args: (draw) => {
      const x = draw.tensor();
      const interior = draw.maybe(() => draw.list(rankOf(x), () => draw.int(0, 2)));
      return [x, padding(draw, rankOf(x)), { value: draw.pick([0, -0, 1, 2.5, -Infinity, NaN]), interior }];
    },
    elementwise: true,
  },
  padWith: {
    args: (draw) => {
      const x = draw.tensor(draw.shape(0, 3));
      const mode = draw.pick(['constant', 'reflect', 'replicate', 'circular', undefined]);
      return [x, padding(draw, rankOf(x)), mode, draw.number()];
    },
    elementwise: true,
  },
  randomBits: { args: (draw) => [keyOf(draw), draw.shape(0, 3)] },
  uniform: drawn,
  normal: drawn,
  bernoulli: {
    args: (draw) => [keyOf(draw), draw.once(2) ? draw.random.uniform() : draw.tensor([]), draw.shape(0, 3)],
  },
  reshape: {
    args: (draw) => {
      const shape = draw.shape(0, 3);
      const target = draw.pick([[...shape].reverse(), [sizeOf(shape)], [-1], [1, ...shape, 1], draw.shape()]);
      return [draw.tensor(shape), target];
    },
    elementwise: true,
  },
  expandDims: choice,
  squeeze: { args: (draw) => withAxes(draw).slice(0, 2), elementwise: true },
  slice: {
    args: (draw) => {
      const shape = draw.shape(1, 3);
      const places = (): number[] => shape.map((extent) => draw.int(-2, extent + 1));
      const start = shape.map((extent) => draw.int(0, extent));
      return [
        draw.tensor(shape),
        draw.once(4) ? places() : start,
        draw.maybe(places),
        draw.maybe(() => steps(draw, shape)),
      ];
    },
    elementwise: true,
  },
  swapAxes: {
    args: (draw) => {
      const x = draw.tensor(draw.shape(1, 4));
      return [x, draw.axis(rankOf(x)), draw.axis(rankOf(x))];
    },
    elementwise: true,
  },
  transpose: {
    args: (draw) => {
      const shape = draw.shape();
      const permutation = [...draw.random.permutation(shape.length)];
      return [draw.tensor(shape), draw.once(8) ? draw.list(shape.length, () => draw.axis(shape.length)) : permutation];
    },
    elementwise: true,
  },
  tile: { args: (draw) => [draw.tensor(draw.shape(0, 3)), draw.list(draw.int(0, 3), () => draw.int(0, 3))] },
  lowerTriangle: triangle,
  upperTriangle: triangle,
};

/** One that is not in the table, which is new or takes a function: tensors, and things that may be options. */
export const unknown: Operation = {
  args: (draw) => [
    ...draw.list(draw.int(0, 2), () => draw.tensor()),
    ...draw.list(draw.int(0, 2), () =>
      draw.pick([draw.int(-1, 3), [1, 2], { size: [2], stride: [1] }, true, draw.strange()]),
    ),
  ],
  partial: true,
};

const functions = (await import(
  new URL('../../../../core/dist/src/graph/functions.js', import.meta.url).href
)) as Readonly<Record<string, unknown>>;

/** Every public operation on tensors. */
export const operations: Readonly<Record<string, Operation>> = Object.fromEntries(
  // perDimension only helps to write operations.
  Object.keys(functions).flatMap((name) => (name === 'perDimension' ? [] : [[name, known[name] ?? unknown]])),
);

function rankOf({ value, spread }: TensorArgument): number {
  return (spread ?? value.shape).length;
}

function withAxes(draw: Draw, dtype: DType = draw.dtype()): unknown[] {
  const x = draw.tensor(draw.shape(), dtype);
  return [x, draw.axes(rankOf(x)), draw.maybe(() => draw.once(2))];
}

function withAxis(draw: Draw): unknown[] {
  const x = draw.tensor(draw.shape(), float(draw));
  return [x, draw.maybe(() => draw.axis(rankOf(x)))];
}

function withOptions(draw: Draw): unknown[] {
  const x = draw.tensor(draw.shape(), float(draw));
  return [
    x,
    draw.axes(rankOf(x)),
    draw.maybe(() => ({ correction: draw.pick([undefined, 0, 1, 2, 0.5]), keepDims: draw.once(2) })),
  ];
}

function joined(draw: Draw): unknown[] {
  const shape = draw.shape(1, 3);
  const axis = draw.int(0, shape.length - 1);
  const dtype = draw.dtype();
  const part = (): TensorArgument =>
    draw.tensor(shape.with(axis, draw.int(0, 4)), draw.once(30) ? draw.dtype() : dtype);
  return [draw.list(draw.int(0, 4), part), draw.once(20) ? draw.axis(shape.length) : axis];
}

function convolution(draw: Draw): unknown[] {
  const dims = draw.int(0, 3);
  const groups = draw.once(4) ? draw.int(2, 3) : 1;
  const [channels, filters] = [draw.int(0, 3), draw.int(0, 4)];
  const dtype = float(draw);
  const each = (low: number, high: number): number | number[] | undefined =>
    draw.maybe(() => (draw.once(2) ? draw.int(low, high) : draw.list(dims, () => draw.int(low, high))));
  return [
    draw.tensor([draw.int(0, 3), channels * groups, ...draw.list(dims, () => draw.int(0, 9))], dtype),
    draw.tensor([filters * groups, channels, ...draw.list(dims, () => draw.int(1, 3))], dtype),
    {
      stride: each(1, 3),
      dilation: each(1, 2),
      inputDilation: draw.once(4) ? each(1, 2) : undefined,
      padding: draw.pick([
        'same',
        'valid',
        undefined,
        draw.int(-1, 2),
        draw.list(dims, () => [draw.int(-1, 2), draw.int(0, 2)]),
      ]),
      paddingMode: draw.once(4) ? draw.pick(['zeros', 'reflect', 'replicate', 'circular']) : undefined,
      flipKernel: draw.maybe(() => draw.once(2)),
      groups,
    },
  ];
}

function matrices(draw: Draw): unknown[] {
  const [rows, inner, columns] = [draw.extent(), draw.extent(), draw.extent()];
  const [transposeA, transposeB] = [draw.once(2), draw.once(2)];
  const batch = draw.shape(0, 2);
  const dtype = draw.dtype();
  const left = draw.once(6) ? [inner] : [...batch, ...(transposeA ? [inner, rows] : [rows, inner])];
  const right = draw.once(6)
    ? [inner]
    : [...draw.partner(batch), ...(transposeB ? [columns, inner] : [inner, columns])];
  return [draw.tensor(left, dtype), draw.tensor(right, dtype), draw.maybe(() => ({ transposeA, transposeB }))];
}

function indexed(draw: Draw): { shape: number[]; axis: number; batchDims: number } {
  const shape = draw.shape(1, 3);
  const batchDims = draw.once(3) ? draw.int(0, shape.length - 1) : 0;
  return { shape, batchDims, axis: draw.once(12) ? draw.axis(shape.length) : draw.int(batchDims, shape.length - 1) };
}

function iota(draw: Draw): unknown[] {
  const shape = draw.shape(1, 3);
  return [shape, draw.axis(shape.length), draw.maybe(() => draw.dtype())];
}

function keyOf(draw: Draw): TensorArgument {
  return draw.once(12)
    ? draw.tensor()
    : new TensorArgument({ data: Int32Array.from([1, 2, 3], () => draw.int(-99, 99)), shape: [3], dtype: 'int32' });
}

function padding(draw: Draw, rank: number): number[][] {
  return draw.list(draw.once(15) ? draw.int(0, 4) : rank, () => [draw.int(-2, 3), draw.int(-1, 3)]);
}

function steps(draw: Draw, shape: Shape): number[] {
  return shape.map(() => (draw.once(12) ? draw.int(-1, 0) : draw.int(1, 3)));
}
