import type { Plain, Space } from './space.js';
import type { Study } from './study.js';
import type { Trial } from './trial.js';

/**
 * A trial as a row of a table: `trial`, `status`, `budget` where there are budgets, `figure` where there is one, and the
 * options by name; what is neither number nor text as JSON.
 */
export type TrialRow = Readonly<Record<string, number | string>>;

const own: readonly string[] = ['trial', 'status', 'budget', 'figure'];

/** An option that is called as a column of its own is told apart. */
export function columnOf(option: string): string {
  return own.includes(option) ? `configuration.${option}` : option;
}

export function rowOf({ number, status, budget, value, configuration }: Trial): TrialRow {
  return {
    trial: number,
    status,
    ...(budget !== undefined && { budget }),
    ...(value !== undefined && { figure: value }),
    ...Object.fromEntries(Object.entries(configuration).map(([name, option]) => [columnOf(name), cellOf(option)])),
  };
}

function cellOf(value: Plain): number | string {
  return typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value);
}

/** What `parallelCoordinates` of `@adjoint/plots` takes. */
export interface ParallelAxes {
  readonly trials: readonly TrialRow[];
  /** One for each option, logarithmic where its range is; the budget, where there are several; the figure. */
  readonly axes: readonly { readonly name: string; readonly log?: boolean }[];
}

/** The finished trials of a study for a plot of parallel coordinates, the best last, so that it lies on top. */
export function parallelAxes<S extends Space>(study: Study<S>): ParallelAxes {
  const trials = study
    .rows()
    .filter(({ status }) => status === 'finished')
    .toReversed();
  const hasBudgets = new Set(trials.map(({ budget }) => budget)).size > 1;
  return {
    trials,
    axes: [
      ...Object.entries(study.options.space).map(([name, dimension]) => ({
        name: columnOf(name),
        ...('log' in dimension && dimension.log && { log: true }),
      })),
      ...(hasBudgets ? [{ name: 'budget', log: true }] : []),
      { name: 'figure' },
    ],
  };
}
