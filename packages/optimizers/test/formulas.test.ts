import test, { type ExecutionContext } from 'ava';
import type { Choice, Tensor } from '@adjoint/core';
import { near } from '@adjoint/reference-values';
import { evaluationOf, fixed, pathOf, valuesOf, wave, waveOf } from './path.js';

// Optimizers without a family of reference values, against their formulas, written once more in plain numbers.

const steps = 14;

/** Compares the way that gradients which are given lead from `start` with the numbers that `rule` yields. */
async function follows(
  t: ExecutionContext,
  optimizer: Choice<'optimizer'>,
  { start, shape, rule }: { start: readonly number[]; shape?: readonly number[]; rule: Rule },
): Promise<void> {
  const positions = await pathOf(optimizer, { start, ...(shape && { shape }), steps, gradient: wave });
  let w = [...start];
  const next = rule(w);
  for (const [i, { w: got }] of positions.entries()) {
    w = next(w, waveOf(i, w.length), i + 1);
    near(t, valuesOf(got), w, 1e-9, `step ${i}`);
  }
}

/** Keeps what it needs, from the first weights on. */
type Rule = (first: readonly number[]) => (w: readonly number[], g: readonly number[], t: number) => number[];

const norm = (x: readonly number[]): number => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));
const rms = (x: readonly number[]): number => norm(x) / Math.sqrt(x.length);
const zeros = (like: readonly number[]): number[] => like.map(() => 0);

test('adafactor of a vector keeps a mean square of each element', (t) =>
  follows(
    t,
    { adafactor: { learningRate: 0.05, weightDecay: 0.1, clip: 0.9 } },
    {
      start: [1, -2, 0.5],
      rule: () => {
        let v = [0, 0, 0];
        return (w, g, step) => {
          const beta = 1 - step ** -0.8;
          v = v.map((kept, i) => beta * kept + (1 - beta) * (g[i]! ** 2 + 1e-30));
          const u = g.map((slope, i) => slope / Math.sqrt(v[i]!));
          const clipped = u.map((value) => value / Math.max(1, rms(u) / 0.9));
          const rate = Math.min(0.05, 1 / Math.sqrt(step)) * Math.max(1e-3, rms(w));
          return w.map((value, i) => value - rate * clipped[i]! - 0.05 * 0.1 * value);
        };
      },
    },
  ));

test('adafactor of a kernel keeps mean squares of rows and of all other axes together', (t) =>
  follows(
    t,
    { adafactor: { learningRate: 2 } },
    {
      start: [1, -2, 0.5, 0.25, 1.5, -1, 2, 0.75],
      shape: [2, 2, 2],
      rule: () => {
        let [rows, columns] = [
          [0, 0],
          [0, 0, 0, 0],
        ];
        return (w, g, step) => {
          const beta = 1 - step ** -0.8;
          const at = (i: number, j: number): number => g[4 * i + j]! ** 2 + 1e-30;
          rows = rows!.map((kept, i) => beta * kept + ((1 - beta) * (at(i, 0) + at(i, 1) + at(i, 2) + at(i, 3))) / 4);
          columns = columns!.map((kept, j) => beta * kept + ((1 - beta) * (at(0, j) + at(1, j))) / 2);
          const mean = (rows[0]! + rows[1]!) / 2;
          const u = g.map((slope, k) => slope / Math.sqrt((rows![Math.floor(k / 4)]! * columns![k % 4]!) / mean));
          const rate = Math.min(2, 1 / Math.sqrt(step)) * Math.max(1e-3, rms(w));
          return w.map((value, i) => value - (rate * u[i]!) / Math.max(1, rms(u)));
        };
      },
    },
  ));

test('lars measures the rate by the norms of weights and gradients', (t) =>
  follows(
    t,
    { lars: { learningRate: 2, trust: 0.05, momentum: 0.8, weightDecay: 0.1 } },
    {
      start: [1, -2, 0.5],
      rule: (first) => {
        let v = zeros(first);
        return (w, g) => {
          const rate = (2 * 0.05 * norm(w)) / (norm(g) + 0.1 * norm(w));
          v = v.map((kept, i) => 0.8 * kept + rate * (g[i]! + 0.1 * w[i]!));
          return w.map((value, i) => value - v[i]!);
        };
      },
    },
  ));

test('decoupled weight decay stands beside the step of its base, on the roles that are named', async (t) => {
  const around = { learningRate: 0.1, weightDecay: 0.2, base: { momentum: { momentum: 0.5 } } } as const;
  await follows(
    t,
    { decoupledWeightDecay: around },
    {
      start: [1, -2],
      rule: (first) => {
        let v = zeros(first);
        return (w, g) => {
          v = v.map((kept, i) => 0.5 * kept + g[i]!);
          return w.map((value, i) => value - 0.1 * v[i]! - 0.1 * 0.2 * value);
        };
      },
    },
  );
  await follows(
    t,
    { decoupledWeightDecay: { ...around, roles: ['bias'], base: 'sgd' } },
    { start: [1, -2], rule: () => (w, g) => w.map((value, i) => value - 0.1 * g[i]!) },
  );
});

test('nadam looks ahead along the mean; the products of the decays are corrected as in the paper', (t) =>
  follows(
    t,
    { nadam: { learningRate: 0.05, beta1: 0.8, beta2: 0.9, momentumDecay: 0.1, weightDecay: 0.05 } },
    {
      start: [1, -2, 0.5],
      rule: (first) => {
        let [m, v, product] = [zeros(first), zeros(first), 1];
        const mu = (step: number): number => 0.8 * (1 - 0.5 * 0.96 ** (0.1 * step));
        return (w, slope, step) => {
          const g = slope.map((value, i) => value + 0.05 * w[i]!);
          product *= mu(step);
          m = m.map((kept, i) => 0.8 * kept + 0.2 * g[i]!);
          v = v.map((kept, i) => 0.9 * kept + 0.1 * g[i]! ** 2);
          return w.map((value, i) => {
            const mean =
              (mu(step + 1) * m[i]!) / (1 - product * mu(step + 1)) + ((1 - mu(step)) * g[i]!) / (1 - product);
            return value - (0.05 * mean) / (Math.sqrt(v[i]! / (1 - 0.9 ** step)) + 1e-8);
          });
        };
      },
    },
  ));

test('the decay of adamW does not pass through its scaling, with the largest mean square as well', (t) =>
  follows(
    t,
    { adamW: { learningRate: 0.05, beta1: 0.8, beta2: 0.7, weightDecay: 0.3, amsgrad: true } },
    {
      start: [1, -2, 0.5],
      rule: (first) => {
        let [m, v, largest] = [zeros(first), zeros(first), zeros(first)];
        return (w, g, step) => {
          m = m!.map((kept, i) => 0.8 * kept + 0.2 * g[i]!);
          v = v!.map((kept, i) => 0.7 * kept + 0.3 * g[i]! ** 2);
          largest = largest!.map((kept, i) => Math.max(kept, v![i]!));
          return w.map((value, i) => {
            const root = Math.sqrt(largest![i]! / (1 - 0.7 ** step)) + 1e-8;
            return value - 0.05 * (m![i]! / (1 - 0.8 ** step) / root + 0.3 * value);
          });
        };
      },
    },
  ));

test('prodigy learns the distance to the solution', (t) =>
  follows(
    t,
    { prodigy: { initial: 1e-3, beta1: 0.8, beta2: 0.9, weightDecay: 0.05, learningRate: 0.7 } },
    {
      start: [1, -2, 0.5],
      rule: (first) => {
        let [m, v, s] = [zeros(first), zeros(first), zeros(first)];
        let [d, r] = [1e-3, 0];
        return (w, g) => {
          const rate = 0.7 * d;
          const share = d / 1e-3;
          r = Math.sqrt(0.9) * r + share * rate * g.reduce((sum, slope, i) => sum + slope * (first[i]! - w[i]!), 0);
          s = s!.map((kept, i) => Math.sqrt(0.9) * kept + share * rate * g[i]!);
          m = m!.map((kept, i) => 0.8 * kept + 0.2 * d * g[i]!);
          v = v!.map((kept, i) => 0.9 * kept + 0.1 * (d * g[i]!) ** 2);
          d = Math.max(d, r / s.reduce((sum, value) => sum + Math.abs(value), 0));
          return w.map((value, i) => value - rate * (m![i]! / (Math.sqrt(v![i]!) + d * 1e-8) + 0.05 * value));
        };
      },
    },
  ));

test('the step of muon has the singular vectors of the gradient, and singular values near 1', async (t) => {
  // g = U·diag(3, 0.5)·Vᵀ of orthonormal columns; the same in each step, so that its momentum points the same way.
  const u = [
    [2 / 3, -2 / 3],
    [1 / 3, 2 / 3],
    [2 / 3, 1 / 3],
  ];
  const [cosine, sine] = [0.8, 0.6];
  const v = [
    [cosine, -sine],
    [sine, cosine],
  ];
  const product = (values: readonly number[]): number[][] =>
    u.map((row) => v.map((column) => values.reduce((sum, value, k) => sum + row[k]! * value * column[k]!, 0)));
  const transposed = (matrix: number[][]): number[][] => matrix[0]!.map((_, j) => matrix.map((row) => row[j]!));
  const quintic = (value: number): number => 3.4445 * value - 4.775 * value ** 3 + 2.0315 * value ** 5;
  let values = [3, 0.5].map((value) => value / (Math.hypot(3, 0.5) + 1e-7));
  for (let i = 0; i < 5; i++) values = values.map(quintic);
  t.true(values.every((value) => value > 0.65 && value < 1.25));
  for (const nesterov of [true, false])
    for (const [turn, rows, columns] of [
      [(matrix: number[][]) => matrix, 3, 2],
      [transposed, 2, 3],
    ] as const)
      for (const [scale, length] of [
        ['rms', 0.2 * Math.sqrt(3)],
        ['spectral', Math.sqrt(Math.max(1, rows / columns))],
      ] as const) {
        const gradient = turn(product([3, 0.5])).flat();
        const want = turn(product(values)).flat();
        const path = await pathOf(
          { muon: { learningRate: 0.1, weightDecay: 0, nesterov, scale } },
          { start: gradient, shape: [rows, columns], steps: 3, gradient: () => fixed(gradient, [rows, columns]) },
        );
        near(
          t,
          valuesOf(path[2]!.w),
          // ‖m‖ grows from 0.05‖g‖ on, so that the 10⁻⁷ beside it shows in the seventh digit.
          gradient.map((value, i) => value - 3 * 0.1 * length * want[i]!),
          1e-5,
          `${scale} ${rows}×${columns}`,
        );
      }
});

for (const adaptive of [false, true]) {
  test(`schedule-free ${adaptive ? 'AdamW' : 'SGD'} takes gradients at y, steps with z, and evaluates their mean x`, async (t) => {
    const shared = { learningRate: 0.1, beta: 0.8, warmup: 4, weightDecay: 0.05 };
    const [a, c] = [
      [1, 4],
      [1, -2],
    ] as const;
    const slope = (w: number, i: number, step: number): number => a[i]! * w - c[i]! + Math.sin(step);
    const gradient = (w: Tensor, step: number): Tensor =>
      w
        .mul(fixed(a, [2]))
        .sub(fixed(c, [2]))
        .add(Math.sin(step));
    const choice: Choice<'optimizer'> = adaptive
      ? { scheduleFreeAdamW: { ...shared, beta2: 0.9 } }
      : { scheduleFreeSgd: shared };
    const start = [-1, 3];
    const positions = await pathOf(choice, { start, steps, gradient });
    const evaluate = evaluationOf(choice);
    let [x, z, v] = [[...start], [...start], [0, 0]];
    let [weights, peak] = [0, 0];
    for (const [i, position] of positions.entries()) {
      const y = x.map((value, k) => 0.2 * z[k]! + 0.8 * value);
      const rate = 0.1 * Math.min(1, (i + 1) / 4);
      peak = Math.max(peak, rate);
      weights += peak ** 2;
      const g = y.map((value, k) => slope(value, k, i));
      v = v.map((kept, k) => 0.9 * kept + 0.1 * g[k]! ** 2);
      const scaled = adaptive ? g.map((value, k) => value / (Math.sqrt(v[k]! / (1 - 0.9 ** (i + 1))) + 1e-8)) : g;
      z = z.map((value, k) => value - rate * (scaled[k]! + 0.05 * y[k]!));
      x = x.map((value, k) => value + (peak ** 2 / weights) * (z[k]! - value));
      near(
        t,
        valuesOf(position.w),
        x.map((value, k) => 0.2 * z[k]! + 0.8 * value),
        1e-9,
        `y of step ${i}`,
      );
      near(t, await evaluate(position), x, 1e-9, `x of step ${i}`);
    }
  });
}

test('asgd evaluates the mean of the weights after its start', async (t) => {
  const choice: Choice<'optimizer'> = { asgd: { learningRate: 0.1, lambda: 0, start: 5 } };
  const positions = await pathOf(choice, { start: [1, -2], steps, gradient: wave });
  const evaluate = evaluationOf(choice);
  for (const [i, position] of positions.entries()) {
    // With 1/max(1, t − t₀) for the share of step t, from 0, the mean begins with the weights of step t₀ + 1.
    const counted = i <= 6 ? [position] : positions.slice(6, i + 1);
    const mean = [0, 1].map((k) => counted.reduce((sum, { w }) => sum + valuesOf(w)[k]!, 0) / counted.length);
    near(t, await evaluate(position), mean, 1e-9, `step ${i}`);
  }
});
