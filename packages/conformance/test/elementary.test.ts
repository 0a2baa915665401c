import {
  acosh,
  asinh,
  atan,
  atanh,
  cosh,
  Engine,
  exp,
  expm1,
  hostTensor,
  log,
  log1p,
  log2,
  RandomSource,
  sigmoid,
  sinh,
  tanh,
  type Tensor,
} from '@adjoint/core';
import test from 'ava';
import { availableBackends } from '../src/index.js';

// Every function over its whole range, at 100,000 numbers of random bits and at the ends, against V8's in float64.

const points = 100_000;

interface Elementary {
  readonly name: string;
  readonly compute: (x: Tensor) => Tensor;
  readonly exact: (x: number) => number;
  readonly domain?: (x: number) => boolean;
  /** Largest relative error in units of 2⁻²⁴; 8 if not given. */
  readonly bound?: number;
}

const functions: readonly Elementary[] = [
  { name: 'exp', compute: exp, exact: Math.exp },
  { name: 'expm1', compute: expm1, exact: Math.expm1 },
  { name: 'log', compute: log, exact: Math.log, domain: (x) => x >= 0 },
  { name: 'log1p', compute: log1p, exact: Math.log1p, domain: (x) => x >= -1 },
  { name: 'log2', compute: log2, exact: Math.log2, domain: (x) => x >= 0 },
  { name: 'tanh', compute: tanh, exact: Math.tanh },
  { name: 'sinh', compute: sinh, exact: Math.sinh, bound: 12 },
  { name: 'cosh', compute: cosh, exact: Math.cosh, bound: 12 },
  { name: 'asinh', compute: asinh, exact: Math.asinh },
  { name: 'acosh', compute: acosh, exact: Math.acosh, domain: (x) => x >= 1, bound: 12 },
  { name: 'atanh', compute: atanh, exact: Math.atanh, domain: (x) => Math.abs(x) <= 1, bound: 12 },
  { name: 'atan', compute: atan, exact: Math.atan },
  { name: 'sigmoid', compute: sigmoid, exact: (x) => 1 / (1 + Math.exp(-x)), domain: (x) => x > -80 },
];

/** Numbers of random bits within a domain, its ends, and some around the places where formulas change. */
function arguments32(domain: (x: number) => boolean): Float32Array {
  const random = new RandomSource(8);
  const result: number[] = [
    0,
    -0,
    Infinity,
    -Infinity,
    1,
    -1,
    88,
    89,
    -88,
    -89,
    43.9,
    44.1,
    2 ** 27,
    3.4e38,
    -3.4e38,
  ].filter(domain);
  const bits = new Uint32Array(1);
  const view = new Float32Array(bits.buffer);
  while (result.length < points) {
    // Half of them between −100 and 100, where most of these functions live.
    if (result.length % 2 === 0) view[0] = 200 * random.uniform() - 100;
    else bits[0] = Math.floor(random.uniform() * 2 ** 32);
    const [x] = view as unknown as [number];
    if (!Number.isNaN(x) && domain(x)) result.push(x);
  }
  return Float32Array.from(result);
}

/** The largest error relative to the value, in units of 2⁻²⁴, and where it is. Below the normal numbers it is relative to the least of them. */
function worst(got: ArrayLike<number>, x: Float32Array, exact: (x: number) => number): { error: number; at: number } {
  let result = { error: 0, at: NaN };
  for (let i = 0; i < x.length; i++) {
    const want = exact(x[i]!);
    const rounded = Math.fround(want);
    if (Object.is(got[i], rounded) || (got[i] === rounded && !Number.isFinite(rounded))) continue;
    // Within an ulp of the largest number, infinity is a rounding.
    const reach = Math.min(Math.abs(got[i]!), 2 ** 128);
    const error = Math.abs(Math.sign(got[i]!) * reach - want) / Math.max(Math.abs(want), 2 ** -126) / 2 ** -24;
    if (!(error <= result.error)) result = { error, at: x[i]! };
  }
  return result;
}

for (const { name: backend, create } of availableBackends) {
  const engine = new Engine(create({}));
  for (const { name, compute, exact, domain = () => true, bound = 8 } of functions) {
    test(`${backend}: ${name} over its whole range`, async (t) => {
      const x = arguments32(domain);
      const [y] = await engine.trace(([input]) => [compute(input!)], name).call([hostTensor(x)]);
      const { error, at } = worst(y!.data, x, exact);
      t.true(error <= bound, `${name}(${at}) is wrong by ${error.toFixed(1)}·2⁻²⁴`);
    });
  }

  test(`${backend}: log2 is exact at powers of two`, async (t) => {
    const exponents = Array.from({ length: 277 }, (_, i) => i - 149);
    const [y] = await engine.trace(([x]) => [log2(x!)]).call([hostTensor(exponents.map((k) => 2 ** k))]);
    t.deepEqual([...y!.data], exponents);
  });
}

for (const { name, create } of availableBackends) {
  test(`${name}: log2 of a power of two is whole`, async (t) => {
    const engine = new Engine(create({ threads: 1 }));
    const exponents = Array.from({ length: 254 }, (_, i) => i - 126);
    const x = engine.tensor(Float32Array.from(exponents, (exponent) => 2 ** exponent));
    t.deepEqual([...(await log2(x).data())], exponents);
    engine.close();
  });
}
