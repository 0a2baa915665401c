import type { Schedule } from '@adjoint/core';

type At = Parameters<Schedule>[0];

/** A run as a schedule sees it that has only the updates from `start` to `end` of it. */
export function partOf(at: At, start: number, end = Infinity): At {
  const { step, epoch, totalSteps, stepsPerEpoch } = at;
  return {
    ...at,
    step: step - start,
    epoch: Math.max(0, epoch - Math.floor(start / stepsPerEpoch)),
    totalSteps: Math.max(1, Math.min(end, totalSteps) - start),
  };
}
