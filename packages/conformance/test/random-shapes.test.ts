import {
  concatenate,
  convolve,
  cumulativeSum,
  Engine,
  flip,
  gather,
  hostTensor,
  isAdjointError,
  matmul,
  maxPool,
  padWith,
  scatterAdd,
  slice,
  type HostTensor,
  type Padding,
  type Tensor,
} from '@adjoint/core';
import { ReferenceBackend } from '@adjoint/core/backend';
import test from 'ava';
import fc from 'fast-check';
import { availableBackends } from '../src/index.js';

// Shapes and attributes at random, many of which do not go together: a backend computes what the reference computes, or
// building the graph is refused with an AdjointError. Nothing else may happen.

const reference = new Engine(new ReferenceBackend());
const engines = availableBackends
  .filter(({ name }) => name !== 'reference')
  .map(({ name, create, programs }) => [name, new Engine(create({})), programs] as const);

const extent = fc.integer({ min: 0, max: 9 });
const shape = (least: number, most: number): fc.Arbitrary<number[]> =>
  fc.array(extent, { minLength: least, maxLength: most });
const small = fc.integer({ min: -2, max: 4 });
const perDimension = fc.array(small, { minLength: 1, maxLength: 3 });
const padding: fc.Arbitrary<Padding> = fc.array(fc.tuple(small, small), { minLength: 1, maxLength: 4 });
/** 1 … 3, and 0 now and then, which nothing accepts. */
const natural = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 1, max: 3 }) },
  { weight: 1, arbitrary: fc.constant(0) },
);
/** Mostly 0. */
const rarely = fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) });
const special = [0, -0, 1, -1, Infinity, -Infinity, NaN, 1e30, -1e-30];

/** Values of a shape; some of them are the hard ones. */
function values(of: readonly number[], seed: number): HostTensor {
  const size = of.reduce((product, n) => product * n, 1);
  const data = Float32Array.from({ length: size }, (_, i) => {
    const draw = Math.sin(seed + i * 12.9898) * 43758.5453;
    return 4 * (draw - Math.floor(draw)) - 2;
  });
  if (seed % 4 === 0)
    data.forEach((_, i) => (i % 5 === 0 ? (data[i] = special[(i + seed) % special.length]!) : undefined));
  return { data, shape: of, dtype: 'float32' };
}

type Build = (engine: Engine) => Tensor;

const cases: Readonly<Record<string, fc.Arbitrary<Build>>> = {
  'element by element': fc
    .tuple(
      shape(0, 3),
      shape(0, 3),
      fc.nat(100),
      fc.constantFrom('add', 'mul', 'div', 'maximum', 'less', 'equal', 'pow'),
    )
    .map(
      ([a, b, seed, name]) =>
        (engine) =>
          engine.tensor(values(a, seed))[name as 'add'](engine.tensor(values(b, seed + 1))),
    ),
  functions: fc
    .tuple(
      shape(0, 3),
      fc.nat(100),
      fc.constantFrom('exp', 'log', 'tanh', 'sqrt', 'abs', 'sign', 'relu', 'sigmoid', 'square'),
    )
    .map(
      ([a, seed, name]) =>
        (engine) =>
          engine.tensor(values(a, seed))[name as 'exp'](),
    ),
  reductions: fc
    .tuple(
      shape(0, 4),
      fc.array(small, { maxLength: 3 }),
      fc.boolean(),
      fc.nat(100),
      fc.constantFrom('sum', 'max', 'mean'),
    )
    .map(
      ([a, axes, keep, seed, name]) =>
        (engine) =>
          engine.tensor(values(a, seed * 4 + 1))[name as 'sum'](axes, keep),
    ),
  'cumulative sums': fc.tuple(shape(1, 3), small, fc.boolean()).map(
    ([a, axis, reverse]) =>
      (engine) =>
        cumulativeSum(engine.tensor(values(a, 1)), axis, reverse),
  ),
  'matrix products': fc.tuple(shape(1, 3), shape(1, 3), fc.boolean(), fc.boolean()).map(
    ([a, b, transposeA, transposeB]) =>
      (engine) =>
        matmul(engine.tensor(values(a, 1)), engine.tensor(values(b, 2)), { transposeA, transposeB }),
  ),
  convolutions: fc
    .tuple(
      fc.array(fc.record({ extent, taps: natural, stride: natural, dilation: natural, pad: fc.tuple(small, small) }), {
        minLength: 1,
        maxLength: 3,
      }),
      natural,
      natural,
      natural,
      natural,
      rarely,
      fc.constantFrom('same' as const, 'valid' as const, undefined),
    )
    .map(([dims, batch, channels, filters, groups, wrong, named]) => (engine) => {
      const x = values([batch, channels * groups, ...dims.map((dim) => dim.extent)], 1);
      const w = values([filters * groups, channels + wrong, ...dims.map((dim) => dim.taps)], 2);
      const options = { stride: dims.map((dim) => dim.stride), dilation: dims.map((dim) => dim.dilation), groups };
      return convolve(engine.tensor(x), engine.tensor(w), { ...options, padding: named ?? dims.map((dim) => dim.pad) });
    }),
  pooling: fc
    .tuple(
      fc.array(
        fc.record({ extent, size: natural, stride: natural, dilation: natural, pad: fc.tuple(rarely, rarely) }),
        { minLength: 1, maxLength: 3 },
      ),
      natural,
      natural,
    )
    .map(([dims, batch, channels]) => (engine) => {
      const window = {
        size: dims.map((dim) => dim.size),
        stride: dims.map((dim) => dim.stride),
        dilation: dims.map((dim) => dim.dilation),
        padding: dims.map((dim) => dim.pad),
      };
      return maxPool(engine.tensor(values([batch, channels, ...dims.map((dim) => dim.extent)], 1)), window);
    }),
  padding: fc
    .tuple(
      shape(1, 4),
      padding,
      fc.constantFrom('constant' as const, 'reflect' as const, 'replicate' as const, 'circular' as const),
    )
    .map(
      ([x, pad, mode]) =>
        (engine) =>
          padWith(engine.tensor(values(x, 1)), pad, mode, 0.5),
    ),
  slices: fc.tuple(shape(1, 3), perDimension, perDimension, perDimension).map(
    ([x, start, stop, step]) =>
      (engine) =>
        slice(engine.tensor(values(x, 1)), start, stop, step),
  ),
  'moves of axes': fc.tuple(shape(0, 4), fc.array(small, { maxLength: 4 }), fc.boolean()).map(
    ([x, axes, flips]) =>
      (engine) =>
        flips ? flip(engine.tensor(values(x, 1)), axes) : engine.tensor(values(x, 1)).transpose(axes),
  ),
  joins: fc.tuple(shape(1, 3), extent, rarely, fc.nat(2)).map(([a, other, wrong, axis]) => (engine) => {
    const b = a.map((own, d) => (d === axis ? other : own + wrong));
    return concatenate([engine.tensor(values(a, 1)), engine.tensor(values(b, 2))], axis);
  }),
  'gathers and scatters': fc
    .tuple(shape(1, 3), fc.array(fc.integer({ min: -3, max: 12 }), { maxLength: 6 }), small, fc.boolean())
    .map(([x, positions, axis, scatters]) => (engine) => {
      const indices = engine.tensor(hostTensor(Int32Array.from(positions)));
      const from = engine.tensor(values(x, 1));
      return scatters ? scatterAdd(from, indices, 5, axis) : gather(from, indices, axis);
    }),
};

for (const [name, engine, numRuns] of engines) {
  for (const [what, arbitrary] of Object.entries(cases)) {
    test(`${what} on ${name}: what the reference computes, or a clear error`, async (t) => {
      let computed = 0;
      await fc.assert(
        fc.asyncProperty(arbitrary, async (build) => {
          const [expected, got] = [attempt(build, reference), attempt(build, engine)];
          if (typeof expected === 'string' || typeof got === 'string') return t.is(got, expected);
          computed++;
          const [want, have] = [await expected.read(), await got.read()];
          t.deepEqual(have.shape, want.shape);
          const difference = firstDifference(have, want);
          return t.is(difference, undefined, difference);
        }),
        { numRuns },
      );
      // The property would be empty if everything were refused.
      t.true(computed > numRuns / 50, `only ${computed} cases were computed`);
    });
  }
}

/** The tensor, or the code of the error that refuses it. */
function attempt(build: Build, engine: Engine): Tensor | string {
  try {
    return build(engine);
  } catch (error) {
    if (!isAdjointError(error)) throw error;
    return error.code;
  }
}

/** Sums of large and small terms depend on their order: 1e-4 of the largest finite magnitude is let pass. */
function firstDifference({ data: have }: HostTensor, { data: want, shape: of }: HostTensor): string | undefined {
  const magnitude = Array.from(want).reduce(
    (most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most),
    0,
  );
  for (let i = 0; i < want.length; i++) {
    const same = Number.isFinite(want[i]!)
      ? Math.abs(have[i]! - want[i]!) <= 1e-4 * (1 + magnitude)
      : Object.is(have[i], want[i]);
    if (!same) return `element ${i} of [${of.join(', ')}] is ${have[i]}, expected ${want[i]}`;
  }
  return undefined;
}
