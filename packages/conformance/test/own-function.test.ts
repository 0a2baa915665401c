import { apply, scalar, unaryPrimitive, type Expression } from '@adjoint/core/primitives';
import { Engine, gradients, hostTensor, matmul, mul, type Tensor } from '@adjoint/core';
import type { Backend } from '@adjoint/core/backend';
import { LoopInterpreterBackend } from '@adjoint/core/testing';
import test from 'ava';
import { availableBackends } from '../src/index.js';

// The digamma function ψ = (ln Γ)′ and its derivative, which no backend has heard of, by the recurrence to z = x + 8 and
// the asymptotic series there (Abramowitz & Stegun 1964, 6.3.5, 6.3.18, 6.4.6 and 6.4.12), for x > 0.

const shifts = [0, 1, 2, 3, 4, 5, 6, 7] as const;
/** Of 1/z² in ψ(z) − ln z + 1/(2z), and in ψ′(z)·z − 1 − 1/(2z). */
const digammaSeries = [0, -1 / 12, 1 / 120, -1 / 252, 1 / 240, -1 / 132];
const trigammaSeries = [0, 1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66];

const series = (s: number, coefficients: readonly number[]): number =>
  coefficients.reduceRight((sum, coefficient) => sum * s + coefficient, 0);

const trigammaPrimitive = unaryPrimitive({
  name: 'acme/trigamma',
  formula: 'y = ψ′(x)',
  cost: 30,
  evaluate(x) {
    const z = x + 8;
    const shifted = (1 + 0.5 / z + series(1 / (z * z), trigammaSeries)) / z;
    return shifts.reduce((sum: number, k) => sum + 1 / (x + k) ** 2, shifted);
  },
  expression: scalar.named('acme/trigamma', (x) => {
    const inverse = scalar.div(1, scalar.add(x, 8));
    const tail = scalar.polynomial(scalar.mul(inverse, inverse), trigammaSeries);
    const shifted = scalar.mul(scalar.add(scalar.add(scalar.mul(inverse, 0.5), 1), tail), inverse);
    return shifts.reduce<Expression>((sum, k) => {
      const shift = scalar.add(x, k);
      return scalar.add(sum, scalar.div(1, scalar.mul(shift, shift)));
    }, shifted);
  }),
});

const digammaPrimitive = unaryPrimitive({
  name: 'acme/digamma',
  formula: 'y = ψ(x); x̄ = ȳ·ψ′(x)',
  cost: 30,
  evaluate(x) {
    const z = x + 8;
    const shifted = Math.log(z) - 0.5 / z + series(1 / (z * z), digammaSeries);
    return shifts.reduce((sum: number, k) => sum - 1 / (x + k), shifted);
  },
  expression: scalar.named('acme/digamma', (x) => {
    const z = scalar.add(x, 8);
    const inverse = scalar.div(1, z);
    const tail = scalar.polynomial(scalar.mul(inverse, inverse), digammaSeries);
    const shifted = scalar.add(scalar.sub(scalar.log(z), scalar.mul(inverse, 0.5)), tail);
    return shifts.reduce<Expression>((sum, k) => scalar.sub(sum, scalar.div(1, scalar.add(x, k))), shifted);
  }),
  vjp: (cotangent, x) => mul(cotangent, apply(trigammaPrimitive, [x], undefined)),
});

const digamma = (x: Tensor): Tensor => apply(digammaPrimitive, [x], undefined);

const backends: readonly (readonly [string, () => Backend])[] = [
  ['loop interpreter', () => new LoopInterpreterBackend()],
  ...availableBackends.map(({ name, create }) => [name, () => create({})] as const),
];

// ψ(1) = −γ, ψ(2) = 1 − γ, ψ(½) = −γ − 2 ln 2, ψ(¼) = −γ − π/2 − 3 ln 2; ψ′(1) = π²/6, ψ′(½) = π²/2.
const gamma = 0.5772156649015329;
const xs = [1, 2, 0.5, 0.25];
const values = [-gamma, 1 - gamma, -gamma - 2 * Math.LN2, -gamma - Math.PI / 2 - 3 * Math.LN2];
const catalan = 0.915965594177219;
const slopes = [Math.PI ** 2 / 6, Math.PI ** 2 / 6 - 1, Math.PI ** 2 / 2, Math.PI ** 2 + 8 * catalan];

for (const [name, create] of backends) {
  for (const [dtype, tolerance] of [
    ['float32', 2e-6],
    ['float64', 1e-11],
  ] as const) {
    test(`a function that only a test defines, and its gradient, on ${name} in ${dtype}`, async (t) => {
      const engine = new Engine(create());
      const x = engine.tensor(hostTensor(xs, undefined, dtype));
      const y = digamma(x);
      const [slope] = gradients(y.sum(), [x]);
      for (const [tensor, wanted] of [
        [y, values],
        [slope!, slopes],
      ] as const) {
        const got = await tensor.data();
        for (const [i, want] of wanted.entries())
          t.true(Math.abs(got[i]! - want) <= tolerance * Math.abs(want), `at ${xs[i]}: ${got[i]}, expected ${want}`);
      }
      engine.close();
    });

    test(`it runs in the kernel of a product on ${name} in ${dtype}`, async (t) => {
      const engine = new Engine(create());
      const identity = Array.from({ length: 8 }, (_, i) => Array.from({ length: 8 }, (_, j) => Number(i === j)));
      const matrix = identity.map((_, i) => identity.map((_, j) => xs[(i + j) % 4]!));
      const traced = engine.trace(([a, b]) => [digamma(matmul(a!, b!))]);
      const factors = [hostTensor(matrix, undefined, dtype), hostTensor(identity, undefined, dtype)];
      t.is((await traced.prepare(factors)).program.kernels.length, 1);
      const [got] = await traced.call(factors);
      for (const [i, value] of got!.data.entries()) {
        const want = values[(Math.floor(i / 8) + i) % 4]!;
        t.true(Math.abs(value - want) <= tolerance * Math.abs(want), `${value}, expected ${want}`);
      }
      engine.close();
    });
  }
}

for (const [name, create] of backends) {
  test(`a function of whole numbers runs by its definition on ${name}, whatever it is called`, async (t) => {
    // The names are those of functions of floats, and of one that backends use for themselves.
    for (const taken of ['pow', 'random', 'tanh']) {
      const twicePrimitive = unaryPrimitive({
        name: `acme/${taken}`,
        accepts: (dtype) => dtype === 'int32',
        evaluate: (x) => 2 * x,
        expression: scalar.named(taken, (x) => scalar.add(x, x)),
      });
      const engine = new Engine(create());
      const x = engine.tensor(Int32Array.from({ length: 9 }, (_, i) => i - 4));
      t.deepEqual(await apply(twicePrimitive, [x], undefined).array(), [-8, -6, -4, -2, 0, 2, 4, 6, 8]);
      engine.close();
    }
  });
}
