import { contourChart, lineChart, palette } from '@adjoint/plots';
import type { Effort } from './effort.js';
import type { Minima } from './minima.js';
import type { Noise } from './noise.js';
import type { Regression } from './regression.js';

export function sliceChart({ slice, arms }: Minima): string {
  const [small, large] = arms;
  const curve = (of: 'train' | 'test') =>
    slice[of].at.map((at, i): [number, number] => [at, slice[of].figures[i]!['loss']!]);
  return lineChart({
    title: `From the minimum of batches of ${small!.batchSize} (α = 0) to that of ${large!.batchSize} (α = 1)`,
    subtitle: 'cross-entropy at (1 − α)·w₀ + α·w₁, running statistics renewed',
    series: [
      { name: 'training data', points: curve('train') },
      { name: 'test data', points: curve('test'), dashed: true },
    ],
    x: { label: 'α' },
    y: { label: 'loss', scale: 'log' },
    places: [0, 1],
    dots: true,
  });
}

export function pathChart({ descents, loss, minimum }: Regression): string {
  return contourChart({
    title: 'One learning rate, three batch sizes',
    subtitle: 'linear regression with two weights on 60 examples; the ring is the minimum',
    height: loss,
    x: { label: 'w₀', domain: [-2, 3] },
    y: { label: 'w₁', domain: [-2.5, 3] },
    levels: [0.7, 1, 2, 4, 7, 11, 16, 22, 30, 40],
    paths: descents.map(({ name, path }) => ({ name, points: path })),
    marked: [minimum],
  });
}

export function noiseChart(noises: readonly Noise[]): string {
  return lineChart({
    title: 'The noise of a gradient falls with the root of the batch size',
    subtitle: '‖g_B − g‖, root mean square, of softmax regression on digits',
    series: [
      {
        name: '√(tr Σ/B·(n − B)/(n − 1))',
        points: noises.map(({ batchSize, predicted }) => [batchSize, predicted]),
        color: palette[8]!,
        dashed: true,
      },
      { name: 'measured', points: noises.map(({ batchSize, measured }) => [batchSize, measured]) },
    ],
    x: { label: 'batch size B', scale: 'log' },
    y: { scale: 'log' },
    dots: true,
  });
}

export function effortChart(efforts: readonly Effort[], goal: number): string {
  return lineChart({
    title: `What it takes until the training loss is ${goal}`,
    subtitle: 'softmax regression on digits, each batch size at its best learning rate',
    series: [
      { name: 'updates', points: efforts.map(({ batchSize, updates }) => [batchSize, updates]) },
      { name: 'epochs', points: efforts.map(({ batchSize, epochs }) => [batchSize, epochs]) },
    ],
    x: { label: 'batch size', scale: 'log' },
    y: { scale: 'log' },
    dots: true,
  });
}
