import type { RunnerOptions } from '@adjoint/core';

/** Options of a part of a longer run: what its jobs tell goes by their number in the whole, which has `of` jobs if that is known. */
export function renumbered<O extends Pick<RunnerOptions, 'onProgress'>>(
  options: O,
  numberOf: (job: number) => number,
  of?: number,
): O {
  const { onProgress } = options;
  if (!onProgress) return options;
  const tell: typeof onProgress = ({ job, of: _, ...progress }) =>
    onProgress({ ...progress, job: numberOf(job), ...(of !== undefined && { of }) });
  return { ...options, onProgress: tell };
}
