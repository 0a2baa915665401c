import type { JobProgress, RunnerOptions } from '@adjoint/core';

/** Options of a part of a longer run: what its jobs tell goes by their number in the whole, which has `of` jobs if that is known. */
export function renumbered<O extends Pick<RunnerOptions, 'onProgress'>>(
  options: O,
  numberOf: (job: number) => number,
  of?: number,
): O {
  const { onProgress } = options;
  if (!onProgress) return options;
  const tell = ({ job, event, payload }: JobProgress): void =>
    onProgress({ job: numberOf(job), event, payload, ...(of !== undefined && { of }) } as JobProgress);
  return { ...options, onProgress: tell };
}
