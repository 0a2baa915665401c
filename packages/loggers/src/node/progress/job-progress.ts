import type { JobProgress } from '@adjoint/core';
import { count, optional, schemaOf, string, validateOptions } from '@adjoint/core/options';
import { Bar, type BarOptions } from './bar.js';
import { textOf } from './progress-logger.js';
import { terminalOption } from './terminal-option.js';

export interface JobProgressOptions {
  /** What the jobs are, such as `folds`, `members` or `trials`; `jobs` if not given. */
  readonly unit?: string;
  /** How many there will be, where nobody else says so. */
  readonly total?: number;
  /** Where it is drawn; standard error if not given. Nothing is drawn where that is no terminal. */
  readonly terminal?: BarOptions['terminal'];
}

const progressOptions = schemaOf<JobProgressOptions>({
  unit: optional(string),
  total: optional(count),
  terminal: terminalOption,
});

/** Takes what jobs tell, and shows it. */
export interface JobProgressBars {
  (progress: JobProgress): void;
  /** Ends the bars; they do so by themselves after the last job where their number is known. */
  end(): void;
}

interface Running {
  readonly bar: Bar;
  readonly firstEpoch: number;
  share: number;
}

/**
 * A bar for all jobs and one for each that runs, with the time that is left: for `onProgress` of `app.run`, of ensembles,
 * cross-validation and searches, whatever runs the jobs.
 */
export function jobProgress(options: JobProgressOptions = {}): JobProgressBars {
  validateOptions(progressOptions, options, 'jobProgress');
  const { unit = 'jobs', total, terminal } = options;
  const on = terminal ? { terminal } : {};
  const running = new Map<number, Running>();
  let whole: Bar | undefined;
  let finished = 0;
  const end = (): void => {
    for (const { bar } of running.values()) bar.end({ keep: false });
    running.clear();
    whole?.end();
    whole = undefined;
  };
  const tell = ({ job, count: all = total, event, payload }: JobProgress): void => {
    whole ??= new Bar({ label: unit, total: all, ...on });
    const known = running.get(job);
    if (event === 'fit:start') {
      known?.bar.end({ keep: false });
      const bar = new Bar({ label: `  ${job + 1}`, total: payload.epochs - payload.epoch, unit: 'epochs', ...on });
      running.set(job, { bar, firstEpoch: payload.epoch, share: 0 });
    } else if (event === 'epoch:end' && known) {
      const { epoch, epochs, metrics, validation } = payload;
      const done = epoch + 1 - known.firstEpoch;
      known.share = done / (epochs - known.firstEpoch);
      known.bar.update(done, { note: textOf(validation ?? metrics) });
    } else if (event === 'fit:end') {
      known?.bar.end({ keep: false });
      running.delete(job);
      finished++;
    }
    const parts = [...running.values()].reduce((sum, { share }) => sum + share, 0);
    whole.update(finished + parts, { total: all });
    if (all !== undefined && finished >= all) end();
  };
  return Object.assign(tell, { end });
}
