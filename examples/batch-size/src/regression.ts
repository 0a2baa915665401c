import { dataset } from '@adjoint/data';
import { RandomSource, type App } from 'adjoint';

/** A line through points of the plane of weights, seen from above. */
export interface Descent {
  readonly name: string;
  readonly batchSize: number | 'full';
  /** The weights after each update, from the first values on. */
  readonly path: readonly (readonly [number, number])[];
}

export interface Regression {
  readonly descents: readonly Descent[];
  /** The mean squared error of two weights on all examples. */
  readonly loss: (a: number, b: number) => number;
  readonly minimum: readonly [number, number];
  /** Root of the mean square distance from the minimum over the last half of each path. */
  readonly distances: readonly number[];
}

const examples = 60;
const start = [-1.5, 2.5] as const;

/**
 * Linear regression with two weights, y = a·x₀ + b·x₁ + noise: batch, mini-batch and stochastic descent with one learning
 * rate from one start. Each update sees so many examples that are drawn anew.
 */
export async function regression(app: App, seed: number, updates: number): Promise<Regression> {
  const random = new RandomSource(seed).child('regression');
  const xs: (readonly [number, number])[] = Array.from({ length: examples }, () => {
    const [u, v] = [random.normal(), random.normal()];
    // Two features that go together: a valley that is longer than it is wide.
    return [1.2 * u, 0.5 * u + 0.6 * v];
  });
  const ys = xs.map(([p, q]) => 1.5 * p - q + 0.8 * random.normal());
  const data = dataset({
    inputs: { data: Float32Array.from(xs.flat()), shape: [examples, 2] },
    targets: { data: Float32Array.from(ys), shape: [examples, 1] },
  });
  const minimum = leastSquares(xs, ys);
  const descents: Descent[] = [];
  for (const [name, batchSize] of [
    ['stochastic (1)', 1],
    ['mini-batch (10)', 10],
    ['batch (all 60)', 'full'],
  ] as const) {
    const model = app.sequential({ input: [2] }, [{ dense: { units: 1, bias: false } }]);
    model.load(new Map([['dense/weight', { data: Float32Array.from(start), shape: [1, 2], dtype: 'float32' }]]));
    const trainer = app.trainer(model, {
      loss: 'meanSquaredError',
      optimizer: { sgd: { learningRate: 0.1 } },
      seed,
    });
    const path: (readonly [number, number])[] = [start];
    trainer.on('epoch:end', async () => {
      const [a, b] = (await model.weights()).get('dense/weight')!.data;
      path.push([a!, b!]);
    });
    await trainer.fit(data, { epochs: updates, batchSize, stepsPerEpoch: 1 });
    await trainer.close();
    descents.push({ name, batchSize, path });
  }
  const squared = (a: number, b: number): number =>
    xs.reduce((sum, [p, q], i) => sum + (a * p + b * q - ys[i]!) ** 2, 0) / examples;
  const distances = descents.map(({ path }) => {
    const late = path.slice(Math.ceil(path.length / 2));
    const squares = late.map(([a, b]) => (a - minimum[0]) ** 2 + (b - minimum[1]) ** 2);
    return Math.sqrt(squares.reduce((sum, each) => sum + each, 0) / late.length);
  });
  return { descents, loss: squared, minimum, distances };
}

/** The normal equations of two weights. */
function leastSquares(xs: readonly (readonly [number, number])[], ys: readonly number[]): readonly [number, number] {
  const sum = (of: (x: readonly [number, number], y: number) => number): number =>
    xs.reduce((total, x, i) => total + of(x, ys[i]!), 0);
  const [pp, pq, qq] = [sum(([p]) => p * p), sum(([p, q]) => p * q), sum(([, q]) => q * q)];
  const [py, qy] = [sum(([p], y) => p * y), sum(([, q], y) => q * y)];
  const determinant = pp * qq - pq * pq;
  return [(qq * py - pq * qy) / determinant, (pp * qy - pq * py) / determinant];
}
