import test from 'ava';
import { wasm } from '@adjoint/backend-wasm';
import { createApp, RandomSource, type App, type HostTensor } from '@adjoint/core';
import { dataset } from '@adjoint/data';
import { layers } from '@adjoint/layers';
import { losses } from '@adjoint/losses';
import { optimizers } from '@adjoint/optimizers';
import { near } from '@adjoint/reference-values';
import {
  filterNormalizedDirection,
  hessianEigenvalues,
  hessianTrace,
  linearConnectivity,
  lossLine,
  lossPlane,
  lossSurface,
  type LossSurfaceOptions,
  type ModelSurface,
  sharpness,
  type Surface,
} from '../src/index.js';
import { boundedLbfgs } from '../src/sharpness/bounded-lbfgs.js';
import { symmetricEigen } from '../src/sharpness/symmetric-eigen.js';
import { dot, norm, normalVector } from '../src/sharpness/vectors.js';

let app: App;
test.before(() => {
  app = createApp({ plugins: [wasm, layers, losses, optimizers] });
});
test.after.always(() => app.close());

/** ½ xᵀAx around 0, of a symmetric matrix. */
function quadratic(matrix: readonly (readonly number[])[], origin = new Float64Array(matrix.length)): Surface {
  const times = (x: Float64Array): Float64Array =>
    Float64Array.from(matrix, (row) => row.reduce((sum, a, i) => sum + a * x[i]!, 0));
  const loss = (x: Float64Array): number => dot(x, times(x)) / 2;
  return {
    dimension: matrix.length,
    origin,
    loss: (x) => Promise.resolve(loss(x)),
    lossAndGradient: (x) => Promise.resolve({ loss: loss(x), gradient: times(x) }),
    hessianVector: (_, v) => Promise.resolve(times(v)),
  };
}

const diagonal = (values: readonly number[]): number[][] =>
  values.map((value, i) => values.map((_, j) => (i === j ? value : 0)));

/** −1, 2, −1: the eigenvalues are 2 − 2cos(kπ/(n + 1)). */
const chain = (size: number): number[][] =>
  Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (__, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0)),
  );
const chainValue = (k: number, size: number): number => 2 - 2 * Math.cos((k * Math.PI) / (size + 1));

test('eigenvalues of a small matrix', (t) => {
  const { values, vectors } = symmetricEigen(chain(6).map((row) => Float64Array.from(row)));
  near(
    t,
    [...values],
    [6, 5, 4, 3, 2, 1].map((k) => chainValue(k, 6)),
  );
  for (const [i, vector] of vectors.entries()) {
    near(
      t,
      chain(6).map((row) => dot(Float64Array.from(row), vector)),
      vector.map((x) => x * values[i]!),
    );
  }
});

test('Lanczos finds the largest eigenvalues of a quadratic, also those that come twice', async (t) => {
  const found = await hessianEigenvalues(quadratic(chain(40)), { count: 3, seed: 1, tolerance: 1e-10 });
  near(
    t,
    [...found.values],
    [40, 39, 38].map((k) => chainValue(k, 40)),
    1e-8,
  );
  near(t, found.smallest, chainValue(1, 40), 1e-6);
  near(t, norm(found.vectors[1]!), 1);

  const twice = await hessianEigenvalues(quadratic(diagonal([5, 5, 1, -3])), { count: 2, seed: 1 });
  near(t, [...twice.values], [5, 5]);
  near(t, twice.smallest, -3);
  near(t, dot(twice.vectors[0]!, twice.vectors[1]!), 0);
  t.is(twice.products, 4);

  const wide = diagonal(Array.from({ length: 300 }, (_, i) => (i === 7 ? 50 : Math.sin(i))));
  const few = await hessianEigenvalues(quadratic(wide), { seed: 1 });
  near(t, few.values[0]!, 50, 1e-6);
  t.true(few.products < 30, String(few.products));
  near(t, [...(await hessianEigenvalues(quadratic(diagonal([0, 0])), { seed: 1 })).values], [0]);
  await t.throwsAsync(hessianEigenvalues(quadratic(chain(3)), { count: 4, seed: 1 }), { code: 'OPTIONS_INVALID' });
});

test("Hutchinson's trace: exact of a diagonal, within its error of a chain", async (t) => {
  const exact = await hessianTrace(quadratic(diagonal([4, -1, 7])), { samples: 3, seed: 1 });
  near(t, [exact.trace, exact.standardError], [10, 0]);
  const { trace, standardError } = await hessianTrace(quadratic(chain(50)), { samples: 400, seed: 1 });
  // The variance of vᵀHv is 2·Σ of squares beside the diagonal.
  near(t, standardError, Math.sqrt((2 * 2 * 49) / 400), 0.08);
  t.true(Math.abs(trace - 100) < 3 * standardError);
});

test('projected L-BFGS finds minima inside a box and on its sides', async (t) => {
  const box = (lower: number[], upper: number[], iterations = 60) => ({
    lower: Float64Array.from(lower),
    upper: Float64Array.from(upper),
    iterations,
  });
  const rosenbrock = ([x = 0, y = 0]: ArrayLike<number> & Iterable<number>) =>
    Promise.resolve({
      value: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
      gradient: Float64Array.of(-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)),
    });
  const inside = await boundedLbfgs(rosenbrock, Float64Array.of(-1.2, 1), box([-2, -2], [2, 2]));
  near(t, [...inside.point], [1, 1], 1e-5);
  // With x ≤ ½ the minimum is at (½, ¼).
  const side = await boundedLbfgs(rosenbrock, Float64Array.of(-1.2, 1), box([-2, -2], [0.5, 2]));
  near(t, [...side.point, side.value], [0.5, 0.25, 0.25], 1e-5);
  // −½xᵀx has its minima in the corners.
  const corner = await boundedLbfgs(
    (x) => Promise.resolve({ value: -dot(x, x) / 2, gradient: x.map((value) => -value) }),
    Float64Array.of(0.1, -0.2),
    box([-1, -3], [2, 1], 10),
  );
  near(t, [...corner.point], [2, -3]);
});

test("Keskar's sharpness of a quadratic at its minimum is that of a corner of the box", async (t) => {
  const found = await sharpness(quadratic(diagonal([10, 2, 1])), { epsilon: 0.01, seed: 1 });
  near(t, found.sharpness, 100 * 0.5 * 13 * 0.01 ** 2, 1e-12);
  // Away from the minimum the box grows with the parameters, and the loss divides.
  const origin = Float64Array.of(1, -2);
  const away = await sharpness(quadratic(diagonal([1, 1]), origin), { epsilon: 0.01, seed: 1 });
  near(t, away.sharpness, (100 * 0.5 * (1.02 ** 2 + 2.03 ** 2 - 5)) / (1 + 2.5), 1e-9);
  t.true(away.evaluations <= 30);

  // One random direction a: f(x ± ε(|a⁺x| + 1)·a), the larger of both.
  const a = normalVector(new RandomSource(3).child('sharpness'), 2);
  const bound = 0.01 * (Math.abs(dot(a, origin) / dot(a, a)) + 1);
  const ends = [-bound, bound].map((y) => origin.map((x, i) => x + y * a[i]!)).map((x) => dot(x, x) / 2);
  const along = await sharpness(quadratic(diagonal([1, 1]), origin), { epsilon: 0.01, seed: 3, directions: 1 });
  near(t, along.largest, Math.max(...ends), 1e-9);
  // As many directions as parameters: A⁺ is the inverse.
  t.true((await sharpness(quadratic(diagonal([1, 1]), origin), { seed: 3, directions: 2 })).sharpness > 0);
  await t.throwsAsync(sharpness(quadratic(diagonal([1])), { seed: 1, directions: 2 }), { code: 'OPTIONS_INVALID' });
  await t.throwsAsync(sharpness(quadratic(diagonal([1])), { seed: 1, epsilon: 0 }), { code: 'OPTIONS_INVALID' });
});

const rows = [
  [1, 2],
  [1, -2],
  [-1, 2],
  [-1, -2],
];

/** Squared error of w₁x₁ + w₂x₂ + b on points whose columns are orthogonal: the Hessian is diag(2, 8, 2). */
async function regression(weights?: Float32Array) {
  const model = app.sequential({ input: { shape: [2], dtype: 'float64' }, dtype: 'float64' }, [
    { dense: { units: 1 } },
  ]);
  const targets = rows.map(([a, b]) => 3 * a! - b! + 0.5);
  const data = dataset({
    inputs: { data: Float64Array.from(rows.flat()), shape: [4, 2] },
    targets: { data: Float64Array.from(targets), shape: [4, 1] },
    ...(weights && { weights }),
  });
  // Batches of three and one.
  const surface = await lossSurface(app, model, { loss: 'meanSquaredError', data: { data }, batchSize: 3 });
  return { model, data, surface, targets };
}

test('the surface of a linear regression has the loss, gradient and Hessian of the formula', async (t) => {
  const { surface, targets } = await regression();
  t.deepEqual(
    surface.parameters.map(({ name, start }) => [name, start]),
    [
      ['dense/weight', 0],
      ['dense/bias', 2],
    ],
  );
  const at = Float64Array.of(1, 1, 0);
  const residuals = rows.map(([a, b], i) => a! + b! - targets[i]!);
  const { loss, gradient } = await surface.lossAndGradient(at);
  near(t, loss, residuals.reduce((sum, r) => sum + r * r, 0) / 4);
  near(t, await surface.loss(at), loss);
  // The minimum is (3, −1, ½): the gradient is H·(at − minimum).
  near(t, [...gradient], [2 * -2, 8 * 2, 2 * -0.5]);
  near(t, [...(await surface.hessianVector(at, Float64Array.of(1, 10, 100)))], [2, 80, 200]);
  const { values, smallest } = await hessianEigenvalues(surface, { count: 3, seed: 1 });
  near(t, [...values, smallest], [8, 2, 2, 2], 1e-7);
  const { trace, standardError } = await hessianTrace(surface, { samples: 4, seed: 1 });
  near(t, [trace, standardError], [12, 0]);
  const point = Float64Array.of(3, -1, 0.5);
  const found = await sharpness(surface, { seed: 1, point });
  near(t, found.sharpness, 100 * 1e-6 * (4 ** 2 + 4 * 2 ** 2 + 1.5 ** 2), 1e-8);
  await t.throwsAsync(surface.loss(Float64Array.of(1)), { code: 'SHAPE_MISMATCH' });
});

test('the surface of several losses is the sum of theirs, with factors', async (t) => {
  const model = app.model(
    ({ input, layer }) => {
      const seen = layer('tanh', layer({ dense: { units: 3 }, name: 'stem' }, input([2], { dtype: 'float64' })));
      return [layer({ dense: { units: 2 }, name: 'kind' }, seen), layer({ dense: { units: 1 }, name: 'size' }, seen)];
    },
    { dtype: 'float64', seed: 2 },
  );
  const data = dataset({
    inputs: { data: Float64Array.from(rows.flat()), shape: [4, 2] },
    targets: [{ data: Int32Array.of(0, 1, 1, 0) }, { data: Float64Array.of(1, 2, -1, 0), shape: [4, 1] }],
    weights: Float32Array.of(1, 2, 0, 1),
  });
  const kind = { loss: 'crossEntropy', outputs: ['kind'], targets: [0] } as const;
  const size = { loss: 'meanSquaredError', outputs: ['size'], targets: [1] } as const;
  const of = (loss: LossSurfaceOptions['loss']): Promise<ModelSurface> =>
    lossSurface(app, model, { loss, data: { data }, batchSize: 3 });
  const [first, second, both] = [
    await of([kind]),
    await of([size]),
    await of([
      { ...kind, weight: 2 },
      { ...size, weight: 0.5 },
    ]),
  ];
  const point = both.origin.map((x, i) => x + 0.1 * Math.sin(i));
  const [a, b, sum] = [
    await first.lossAndGradient(point),
    await second.lossAndGradient(point),
    await both.lossAndGradient(point),
  ];
  near(t, sum.loss, 2 * a.loss + 0.5 * b.loss);
  near(
    t,
    [...sum.gradient],
    a.gradient.map((x, i) => 2 * x + 0.5 * b.gradient[i]!),
  );
  const vector = point.map((_, i) => Math.cos(i));
  const ahead = await first.hessianVector(point, vector);
  const beside = await second.hessianVector(point, vector);
  near(
    t,
    [...(await both.hessianVector(point, vector))],
    ahead.map((x, i) => 2 * x + 0.5 * beside[i]!),
  );
  // The trainer has the same loss for all data at once.
  const trainer = app.trainer(model, {
    loss: [
      { ...kind, weight: 2 },
      { ...size, weight: 0.5 },
    ],
    optimizer: 'sgd',
  });
  near(t, await both.loss(both.origin), (await trainer.evaluate(data))['loss']!);
  const schedule = { base: 1, schedule: 'constant' } as const;
  await t.throwsAsync(of([{ ...kind, weight: schedule }]), { code: 'OPTIONS_INVALID', message: /follows a schedule/ });
  await t.throwsAsync(of([{ ...kind, outputs: ['sort'] }]), { code: 'OPTIONS_INVALID', message: /no output 'sort'/ });
});

test('weights of examples weigh the surface', async (t) => {
  const weights = [1, 2, 0, 5];
  const { surface, targets } = await regression(Float32Array.from(weights));
  const residuals = rows.map(([a, b], i) => a! + b! - targets[i]!);
  near(
    t,
    await surface.loss(Float64Array.of(1, 1, 0)),
    residuals.reduce((sum, r, i) => sum + weights[i]! * r * r, 0) / 8,
  );
});

test('gradients and Hessian-vector products of a network agree with differences', async (t) => {
  const model = app.sequential({ input: { shape: [3], dtype: 'float64' }, dtype: 'float64' }, [
    { dense: { units: 4 } },
    'tanh',
    { dense: { units: 3 } },
  ]);
  const random = new RandomSource(1);
  const data = dataset({
    inputs: { data: normalVector(random, 24), shape: [8, 3] },
    targets: { data: Int32Array.from({ length: 8 }, (_, i) => i % 3) },
  });
  const surface = await lossSurface(app, model, { loss: 'crossEntropy', data: { data }, batchSize: 3 });
  t.is(surface.dimension, 31);
  const v = normalVector(random, 31);
  const moved = (h: number): Float64Array => surface.origin.map((x, i) => x + h * v[i]!);
  const { gradient } = await surface.lossAndGradient(surface.origin);
  const step = 1e-5;
  const slope = ((await surface.loss(moved(step))) - (await surface.loss(moved(-step)))) / (2 * step);
  near(t, dot(gradient, v), slope, 1e-7);
  const [after, before] = [await surface.lossAndGradient(moved(step)), await surface.lossAndGradient(moved(-step))];
  const differences = after.gradient.map((g, i) => (g - before.gradient[i]!) / (2 * step));
  near(t, [...(await surface.hessianVector(surface.origin, v))], [...differences], 1e-6);

  const direction = filterNormalizedDirection(surface, { seed: 1 });
  for (const { name, shape, start } of surface.parameters) {
    if (shape.length === 1) {
      t.true(
        direction.subarray(start, start + shape[0]!).every((value) => value === 0),
        name,
      );
      continue;
    }
    for (let row = 0; row < shape[0]!; row++) {
      const [from, to] = [start + row * shape[1]!, start + (row + 1) * shape[1]!];
      near(t, norm(direction.subarray(from, to)), norm(surface.origin.subarray(from, to)), 1e-9);
    }
  }
});

test('slices of a quadratic are parabolas', async (t) => {
  const surface = quadratic(diagonal([2, 4]), Float64Array.of(1, 0));
  const line = await lossLine(surface, Float64Array.of(0, 1), { points: 3, range: [-1, 1] });
  t.deepEqual(line, { at: [-1, 0, 1], losses: [3, 1, 3] });
  const plane = await lossPlane(surface, [Float64Array.of(1, 0), Float64Array.of(0, 1)], { points: 3, range: [0, 2] });
  // (1 + x)² + 2y².
  t.deepEqual(
    plane.losses,
    [0, 1, 2].map((x) => [0, 1, 2].map((y) => (1 + x) ** 2 + 2 * y * y)),
  );
  await t.throwsAsync(lossLine(surface, Float64Array.of(0, 1), { points: 1 }), { code: 'OPTIONS_INVALID' });
});

test('one basin has no barrier, and two symmetric minima have one', async (t) => {
  const { model, data } = await regression();
  const job = {
    composition: model.composition,
    trainer: { loss: 'meanSquaredError', optimizer: 'sgd' },
  } as const;
  const set = (weight: number[], bias: number) =>
    new Map<string, HostTensor>([
      ['dense/weight', { data: Float64Array.from(weight), shape: [1, 2], dtype: 'float64' }],
      ['dense/bias', { data: Float64Array.of(bias), shape: [1], dtype: 'float64' }],
    ]);
  const convex = await linearConnectivity(app, job, [set([3, -1], 0.5), set([0, 0], 0)], { data: { data }, points: 3 });
  near(t, convex.barrier, 0);
  // At (3, −1, ½)/2: a quarter of 9 + 4 + ¼.
  near(
    t,
    convex.figures.map(({ loss }) => loss!),
    [0, 13.25 / 4, 13.25],
  );

  // tanh(2x) is −tanh(−2x): both minima are exact, and halfway the output is 0.
  const small = app.sequential({ input: { shape: [1], dtype: 'float64' }, dtype: 'float64' }, [
    { dense: { units: 1, bias: false } },
    'tanh',
    { dense: { units: 1, bias: false } },
  ]);
  const signed = (sign: number) =>
    new Map<string, HostTensor>([
      ['dense/weight', { data: Float64Array.of(2 * sign), shape: [1, 1], dtype: 'float64' }],
      ['dense_2/weight', { data: Float64Array.of(sign), shape: [1, 1], dtype: 'float64' }],
    ]);
  const xs = [-1, -0.5, 0.5, 1];
  const odd = dataset({
    inputs: { data: Float64Array.from(xs), shape: [4, 1] },
    targets: { data: Float64Array.from(xs, (x) => Math.tanh(2 * x)), shape: [4, 1] },
  });
  const pair = [signed(1), signed(-1)] as const;
  const both = await linearConnectivity(app, { ...job, composition: small.composition }, pair, { data: { data: odd } });
  near(t, both.barrier, xs.reduce((sum, x) => sum + Math.tanh(2 * x) ** 2, 0) / 4, 1e-6);
  near(t, both.figures[0]!['loss']!, 0, 1e-6);
  await t.throwsAsync(linearConnectivity(app, job, [set([1, 1], 0), signed(1)], { data: { data } }), {
    code: 'SHAPE_MISMATCH',
  });
});

test('running statistics are renewed on the line between two weights, where interpolated ones are of no use', async (t) => {
  const size = 4000;
  const data = dataset({
    inputs: { data: Float64Array.from({ length: size }, (_, i) => 5 + 2 * Math.sin(i * i)), shape: [size, 1] },
    targets: { data: new Float64Array(size), shape: [size, 1] },
  });
  const { composition } = app.sequential({ input: { shape: [1], dtype: 'float64' }, dtype: 'float64' }, [
    { batchNorm: { affine: false } },
  ]);
  const running = (variance: number) =>
    new Map<string, HostTensor>([
      ['batchNorm/mean', { data: Float64Array.of(0), shape: [1], dtype: 'float64' }],
      ['batchNorm/variance', { data: Float64Array.of(variance), shape: [1], dtype: 'float64' }],
    ]);
  const job = { composition, trainer: { loss: 'meanSquaredError', optimizer: 'sgd' } } as const;
  const pair = [running(1), running(3)] as const;
  const plan = { data: { data }, points: 2, range: [-1, 2] } as const;
  const interpolated = await linearConnectivity(app, job, pair, plan);
  t.is(interpolated.figures[0]!['loss'], Number.NaN); // The variance is −1.
  const { figures } = await linearConnectivity(app, job, pair, { ...plan, recalibrate: { data } });
  // What is normalised has mean 0 and variance 1, but for batches that differ a little.
  for (const { loss } of figures) near(t, loss!, 1, 0.05);
});
