import type { JobProgress, WorkProgress } from '@adjoint/core';
import { count, optional, schemaOf, string, validateOptions } from '@adjoint/core/options';
import { Bar, type BarOptions } from './bar.js';
import { textOf } from './progress-logger.js';
import { terminalOption } from './terminal-option.js';

export interface ShowProgressOptions {
  /** What is worked at, such as `folds`, `members`, or the name of a file; `jobs`, or the kind of work, if not given. */
  readonly label?: string;
  /** How much there will be, where nobody else says so. */
  readonly total?: number;
  /** Where it is drawn; standard error if not given. Nothing is drawn where that is no terminal. */
  readonly terminal?: BarOptions['terminal'];
}

const progressOptions = schemaOf<ShowProgressOptions>({
  label: optional(string),
  total: optional(count),
  terminal: terminalOption,
});

/** Takes what jobs or other long works tell, and shows it. */
export interface ProgressBars {
  (progress: JobProgress | WorkProgress): void;
  /** Ends the bars; they do so by themselves once all is done where it is known how much that is. */
  end(): void;
}

/**
 * Bars with the time that is left, for every `onProgress`: one for the loading of data, a prediction or an evaluation,
 * which goes when it is done; of jobs (`app.run`, ensembles, cross-validation, searches) one for all and one for each that
 * runs.
 */
export function showProgress(options: ShowProgressOptions = {}): ProgressBars {
  validateOptions(progressOptions, options, 'showProgress');
  const [jobs, work] = [jobBars(options), workBar(options)];
  const tell = (progress: JobProgress | WorkProgress): void =>
    'job' in progress ? jobs.tell(progress) : work.tell(progress);
  return Object.assign(tell, {
    end: (): void => {
      jobs.end();
      work.end();
    },
  });
}

interface Shown<Progress> {
  tell(progress: Progress): void;
  end(): void;
}

function workBar({ label, total, terminal }: ShowProgressOptions): Shown<WorkProgress> {
  let bar: Bar | undefined;
  let last = { work: '', done: 0 };
  const end = (): void => {
    bar?.end({ keep: false });
    bar = undefined;
  };
  const tell = ({ work, done, total: all = total, unit }: WorkProgress): void => {
    // What counts from the beginning again is another work.
    if (work !== last.work || done < last.done) end();
    last = { work, done };
    bar ??= new Bar({ label: label ?? work, unit, total: all, ...(terminal && { terminal }) });
    bar.update(done);
    if (all !== undefined && done >= all) end();
  };
  return { tell, end };
}

interface Running {
  readonly bar: Bar;
  readonly firstEpoch: number;
  share: number;
}

function jobBars({ label = 'jobs', total, terminal }: ShowProgressOptions): Shown<JobProgress> {
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
    whole ??= new Bar({ label, total: all, ...on });
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
  return { tell, end };
}
