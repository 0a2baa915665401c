import type { JobProgress, RunnerOptions } from '@adjoint/core';

/** Options of a part of a longer run: what its jobs tell goes by their number in the whole, which has `count` jobs if that is known. */
export function renumbered<O extends Pick<RunnerOptions, 'onProgress'>>(
  options: O,
  numberOf: (job: number) => number,
  count?: number,
): O {
  const { onProgress } = options;
  if (!onProgress) return options;
  const tell = ({ job, event, payload }: JobProgress): void =>
    onProgress({ job: numberOf(job), event, payload, ...(count !== undefined && { count }) } as JobProgress);
  return { ...options, onProgress: tell };
}
