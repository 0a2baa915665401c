import { AdjointError, type MetricValues } from '@adjoint/core';

/** Which figure is to become better. */
export interface Objective {
  /** `loss` if not given. */
  readonly figure?: string;
  /** `minimize` if not given. */
  readonly goal?: 'minimize' | 'maximize';
}

/** @throws AdjointError `OPTIONS_INVALID` where there is no such figure */
export function figureOf<F>(figures: Readonly<Record<string, F>>, name: string): F {
  const figure = figures[name];
  if (figure !== undefined) return figure;
  throw new AdjointError(
    'OPTIONS_INVALID',
    `There is no figure '${name}'; the runs have ${Object.keys(figures).join(', ')}. Add it to the trainer's metrics.`,
  );
}

/** How bad a figure is: the lower the better, whatever the goal. */
export function costOf(figures: MetricValues, { figure = 'loss', goal = 'minimize' }: Objective): number {
  const value = figureOf(figures, figure);
  return goal === 'minimize' ? value : -value;
}
