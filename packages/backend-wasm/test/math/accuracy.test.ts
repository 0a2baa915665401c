import { errorFunction } from '@adjoint/core/backend';
import test from 'ava';
import { atan2 } from '../../src/math/atan2.js';
import { cos } from '../../src/math/cos.js';
import { erf } from '../../src/math/erf.js';
import { exp } from '../../src/math/exp.js';
import { expm1 } from '../../src/math/expm1.js';
import { log } from '../../src/math/log.js';
import { log1p } from '../../src/math/log1p.js';
import { pow } from '../../src/math/pow.js';
import { sin } from '../../src/math/sin.js';
import { tanh } from '../../src/math/tanh.js';
import { evaluate, type VectorFunction } from './evaluate.js';
import { between, magnitudes, specials, ulpError } from './numbers.js';

interface Kernel {
  readonly body: VectorFunction;
  /** The right values, in float64. */
  readonly exact: (x: number, y: number) => number;
  /** Units in the last place. */
  readonly error: number;
  readonly operands: 1 | 2;
  /** Where to look especially. */
  readonly ranges: readonly (readonly [number, number])[];
}

const near = [-1, 1] as const;
const tiny = [-1e-4, 1e-4] as const;

const kernels: Record<string, Kernel> = {
  exp: { body: (f, x) => exp(f, x!), exact: Math.exp, error: 1.1, operands: 1, ranges: [[-104, 89], near, tiny] },
  expm1: { body: (f, x) => expm1(f, x!), exact: Math.expm1, error: 2, operands: 1, ranges: [[-30, 89], near, tiny] },
  log: {
    body: (f, x) => log(f, x!),
    exact: Math.log,
    error: 1,
    operands: 1,
    ranges: [
      [0, 10],
      [0.5, 2],
      [0.999, 1.001],
    ],
  },
  log1p: {
    body: (f, x) => log1p(f, x!),
    exact: Math.log1p,
    error: 1,
    operands: 1,
    ranges: [[-1, 10], [-0.5, 2], tiny],
  },
  tanh: { body: (f, x) => tanh(f, x!), exact: Math.tanh, error: 2, operands: 1, ranges: [[-10, 10], near, tiny] },
  sin: {
    body: (f, x) => sin(f, x!),
    exact: Math.sin,
    error: 2,
    operands: 1,
    ranges: [[-10, 10], [-1e5, 1e5], [-1e8, 1e8], tiny],
  },
  cos: {
    body: (f, x) => cos(f, x!),
    exact: Math.cos,
    error: 2.4,
    operands: 1,
    ranges: [[-10, 10], [-1e5, 1e5], [-1e8, 1e8], tiny],
  },
  erf: {
    body: (f, x) => erf(f, x!),
    exact: errorFunction,
    error: 2,
    operands: 1,
    ranges: [[-5, 5], near, [0.9, 1.1], tiny],
  },
  pow: {
    body: (f, x, y) => pow(f, x!, y!),
    exact: (x, y) => (x === 1 ? 1 : x ** y),
    error: 0.6,
    operands: 2,
    ranges: [
      [0, 10],
      [-5, 5],
      [0.999, 1.001],
    ],
  },
  atan2: {
    body: (f, y, x) => atan2(f, y!, x!),
    exact: Math.atan2,
    error: 2,
    operands: 2,
    ranges: [
      [-10, 10],
      [-1e-3, 1e-3],
    ],
  },
};

const COUNT = 40_000;

for (const [name, { body, exact, error, operands, ranges }] of Object.entries(kernels)) {
  const worst = (x: Float32Array, y?: Float32Array) => {
    const values = y ? evaluate(body, x, y) : evaluate(body, x);
    const errors = Array.from(values, (value, i) => ulpError(value, exact(x[i]!, y?.[i] ?? 0)));
    const place = errors.reduce((best, ulp, i) => (ulp > errors[best]! ? i : best), 0);
    const given = y ? `${x[place]}, ${y[place]}` : `${x[place]}`;
    return { error: errors[place]!, at: `${name}(${given}) = ${values[place]}` };
  };

  test(`${name}: at most ${error} ulp over ordinary numbers`, (t) => {
    for (const [low, high] of ranges) {
      const second = operands === 2 ? between(-20, 20, COUNT, 7) : undefined;
      const found = worst(between(low, high, COUNT), second);
      t.true(found.error <= error, `${found.error} ulp at ${found.at}`);
    }
  });

  test(`${name}: at most ${error} ulp over all magnitudes`, (t) => {
    const second = operands === 2 ? magnitudes(1e-44, 3.4e38, COUNT, 11) : undefined;
    const found = worst(magnitudes(1e-44, 3.4e38, COUNT), second);
    t.true(found.error <= error, `${found.error} ulp at ${found.at}`);
  });

  test(`${name}: zeros, subnormals, infinities and NaN`, (t) => {
    const pairs =
      operands === 2
        ? specials.flatMap((x) => specials.map((y) => [x, y] as const))
        : specials.map((x) => [x, 0] as const);
    const [x, y] = [0, 1].map((i) => Float32Array.from(pairs, (pair) => pair[i]!));
    const found = operands === 2 ? worst(x!, y) : worst(x!);
    t.true(found.error <= Math.max(error, 1), `${found.error} ulp at ${found.at}`);
  });
}

test('pow: whole powers of negative numbers have the sign of the power', (t) => {
  const x = between(-5, 0, COUNT);
  const y = between(-20, 20, COUNT, 5).map(Math.round);
  const values = evaluate(kernels['pow']!.body, x, y);
  values.forEach((value, i) => {
    if (ulpError(value, x[i]! ** y[i]!) > 0.6) t.fail(`pow(${x[i]}, ${y[i]}) = ${value}`);
  });
  t.deepEqual(
    [...evaluate(kernels['pow']!.body, Float32Array.of(-2, -2, 0, -8), Float32Array.of(3, 2, 0, 1 / 3))],
    [-8, 4, 1, NaN],
  );
});

test('the sine of large angles', (t) => {
  // Radian angles whose exact sines need 1/(2π) to more than a hundred places (float64 Math.sin reduces exactly).
  const x = Float32Array.from({ length: 105 }, (_, i) => 1.2345678 * 2 ** (i + 22));
  const values = evaluate((f, angle) => sin(f, angle!), x);
  values.forEach((value, i) => t.true(Math.abs(value - Math.sin(x[i]!)) <= 1e-6, `sin(${x[i]}) = ${value}`));
});

test('the cosine of the float32 number where it comes closest to 0', (t) => {
  // The cosine to 400 bits by mpmath.
  const [value] = evaluate((f, x) => cos(f, x!), Float32Array.of(7.729178919452902e28));
  t.true(ulpError(value!, -1.614769798247621e-9) <= 2.4, `${value}`);
});

test('a lane does not depend on its neighbours', (t) => {
  const x = Float32Array.of(0.5, 1e30, -3, 1e-40);
  for (const [name, { body, operands }] of Object.entries(kernels)) {
    const run = (values: Float32Array) => evaluate(body, ...new Array<Float32Array>(operands).fill(values));
    const alone = Array.from(x, (value) => run(Float32Array.of(value, value, value, value))[0]);
    t.deepEqual([...run(x)], alone, name);
  }
});
