import { AdjointError } from '@adjoint/core';

/** So many numbers from one to the other. */
export function evenly(who: string, [from, to]: readonly [number, number], points: number): number[] {
  if (Number.isInteger(points) && points >= 2 && from < to)
    return Array.from({ length: points }, (_, i) => from + ((to - from) * i) / (points - 1));
  throw new AdjointError(
    'OPTIONS_INVALID',
    `${who}: the range is [${from}, ${to}] with ${points} points; give an ascending range and at least two points.`,
  );
}
