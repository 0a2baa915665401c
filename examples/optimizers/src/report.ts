import type { Published } from '@adjoint/experiment';
import type { Trajectory } from './counterexample.js';
import type { Path } from './paths.js';
import { methods, type Cell } from './zeiler.js';

/** Published is where the counterexample ends: https://github.com/bushaev/adam. */
const ends = ['+1', '−0.999', '−1'];

export function publishedBeside(trajectories: readonly Trajectory[], cells: readonly Cell[]): readonly Published[] {
  return [
    ...trajectories.map(({ name, points }, i) => ({
      figure: `counterexample: ${name} ends at`,
      published: ends[i]!,
      ours: points.at(-1)![1].toFixed(3),
    })),
    ...methods.map((method) => ({
      figure: `test error, best and worst setting of ${method}, %`,
      published: method === 'adadelta' ? 'the least sensitive' : '',
      ours: rangeOf(cells, method)
        .map((error) => error.toFixed(2))
        .join(' to '),
      note: 'Fashion-MNIST, unless --data says otherwise',
    })),
  ];
}

export interface Everything {
  readonly trajectories: readonly Trajectory[];
  readonly rosenbrock: readonly Path[];
  readonly beale: readonly Path[];
  readonly cells: readonly Cell[];
}

export function conclusionsOf({ trajectories, rosenbrock, beale, cells }: Everything): readonly string[] {
  const [adam, amsgrad, remembering] = trajectories.map(({ points }) => points.at(-1)![1]);
  const agrees = adam! > 0.99 && amsgrad! < -0.99 && remembering! < -0.99;
  return [
    `Counterexample: Adam ends at ${adam!.toFixed(3)}, AMSGrad at ${amsgrad!.toFixed(3)}, Adam with β₂ = 0.999 at ` +
      `${remembering!.toFixed(3)}; ${agrees ? 'as' : 'not as'} published.`,
    ...sensitivity(cells),
    arrivals("Rosenbrock's function", rosenbrock),
    arrivals("Beale's function", beale),
  ];
}

function rangeOf(cells: readonly Cell[], method: Cell['method']): readonly [best: number, worst: number] {
  const errors = cells.filter((cell) => cell.method === method).map(({ error }) => error);
  return [Math.min(...errors), Math.max(...errors)];
}

/** Zeiler's claim: Adadelta hardly depends on its setting. */
function sensitivity(cells: readonly Cell[]): readonly string[] {
  const ranges = methods.map((method) => ({ method, range: rangeOf(cells, method) }));
  const by = (of: (range: readonly [number, number]) => number): string[] =>
    ranges.toSorted((a, b) => of(a.range) - of(b.range)).map(({ method }) => method);
  const spread = by(([best, worst]) => worst - best);
  const best = by(([lowest]) => lowest);
  const isLeast = spread[0] === 'adadelta';
  return [
    `From the least sensitive to its setting to the most: ${spread.join(', ')}; ` +
      (isLeast
        ? 'Adadelta is the least, as Zeiler found.'
        : `Adadelta is not the least, unlike what Zeiler found on six epochs of MNIST.`),
    `By the best test error: ${best.join(', ')}.`,
  ];
}

function arrivals(where: string, paths: readonly Path[]): string {
  const arrived = paths
    .filter((path) => path.arrived !== undefined)
    .toSorted((a, b) => a.arrived! - b.arrived!)
    .map(({ optimizer, arrived: updates }) => `${optimizer} after ${updates}`);
  const others = paths.filter((path) => path.arrived === undefined).map(({ optimizer }) => optimizer);
  const never = others.length > 0 ? `; not ${others.join(', ')}` : '';
  return `On ${where} the height stays below 0.001 for ${arrived.join(', ') || 'none'}${never}.`;
}
