import { contourChart, lineChart } from '@adjoint/plots';
import type { Trajectory } from './counterexample.js';
import type { Path } from './paths.js';
import { surfaces, type SurfaceName } from './plane.js';
import { methods, type Cell } from './zeiler.js';

const planes = {
  rosenbrock: { x: [-2, 2], y: [-1, 3], lowest: 0 },
  beale: { x: [-0.5, 4.5], y: [-1, 1.6], lowest: -1.5 },
} as const;

export function pathChart(on: SurfaceName, paths: readonly Path[]): string {
  const { height, minimum } = surfaces[on];
  return contourChart({
    title: `Ways down ${on === 'beale' ? "Beale's" : "Rosenbrock's"} function`,
    subtitle: 'each at its best setting of those tried; lines are a factor of 10^½ apart, the ring is the minimum',
    height: (x, y) => Math.log10(height(x, y) + 1e-9),
    x: { label: 'x', domain: planes[on].x },
    y: { label: 'y', domain: planes[on].y },
    levels: Array.from({ length: 10 }, (_, i) => planes[on].lowest + i / 2),
    paths: paths.map(({ optimizer, setting, points }) => ({
      name: setting === undefined ? optimizer : `${optimizer} ${setting}`,
      points,
    })),
    marked: [minimum],
  });
}

export function tableChart(cells: readonly Cell[]): string {
  return lineChart({
    title: 'Test error by learning rate (ε of Adadelta)',
    subtitle: 'tanh network 784-500-300-10, 6 epochs, batches of 100',
    series: methods.map((method) => ({
      name: method,
      points: cells.filter((cell) => cell.method === method).map(({ setting, error }) => [setting, error]),
    })),
    x: { label: 'learning rate, or ε', scale: 'log' },
    y: { label: 'test error, %' },
    dots: true,
  });
}

export function counterexampleChart(trajectories: readonly Trajectory[]): string {
  return lineChart({
    title: 'Adam goes to the worst point',
    subtitle: 'x in [−1, 1], gradients 15, −1, −1 over and over; −1 is best',
    series: trajectories.map(({ name, points }, i) => ({ name, points, dashed: i > 1 })),
    x: { label: 'step' },
    y: { label: 'x', domain: [-1.05, 1.05] },
  });
}
