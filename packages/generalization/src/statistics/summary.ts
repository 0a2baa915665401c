import type { MetricValues } from '@adjoint/core';

/** Figures of several runs. */
export interface Summary {
  readonly mean: number;
  /** Standard deviation with n − 1; NaN of one value. */
  readonly deviation: number;
  readonly values: readonly number[];
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function summaryOf(values: readonly number[]): Summary {
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)), values };
}

/** Of each figure that all runs have. */
export function summariesOf(runs: readonly MetricValues[]): Readonly<Record<string, Summary>> {
  const names = Object.keys(runs[0] ?? {}).filter((name) => runs.every((run) => name in run));
  return Object.fromEntries(names.map((name) => [name, summaryOf(runs.map((run) => run[name]!))]));
}
