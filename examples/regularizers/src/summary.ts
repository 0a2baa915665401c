import { meanInterval, type MeanInterval } from '@adjoint/generalization';
import type { Run } from './train.js';

/** What a method came to over the seeds, each with its 95 % interval. */
export interface MethodSummary {
  readonly name: string;
  readonly testAccuracy: MeanInterval;
  readonly trainAccuracy: MeanInterval;
  readonly testLoss: MeanInterval;
  /** Training accuracy less test accuracy. */
  readonly gap: MeanInterval;
  readonly calibrationError: MeanInterval;
  /** Test accuracy less that of the plain network of the same seed; it differs where the interval leaves out 0. */
  readonly gain: MeanInterval;
  readonly gapChange: MeanInterval;
  readonly calibrationChange: MeanInterval;
  readonly epochs: number;
  readonly stillGained: number;
  readonly verdicts: Readonly<Record<string, number>>;
  /** Mean loss of the validation by epoch, as far as all seeds came. */
  readonly validationLoss: readonly number[];
  readonly reliability: Run['reliability'];
  readonly values: { readonly testAccuracy: readonly number[]; readonly gap: readonly number[] };
}

/** @param plain the runs of the plain network, in the order of the same seeds */
export function summaryOf(name: string, runs: readonly Run[], plain: readonly Run[]): MethodSummary {
  const gapOf = ({ train, test }: Run): number => figure(train, 'accuracy') - figure(test, 'accuracy');
  const over = (of: (run: Run) => number): MeanInterval => meanInterval(runs.map(of));
  const against = (of: (run: Run) => number): MeanInterval =>
    meanInterval(runs.map((run, i) => of(run) - of(plain[i] ?? run)));
  const epochs = Math.min(...runs.map(({ history }) => history.length));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const verdicts: Record<string, number> = {};
  for (const { verdict } of runs) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
  return {
    name,
    testAccuracy: over(({ test }) => figure(test, 'accuracy')),
    trainAccuracy: over(({ train }) => figure(train, 'accuracy')),
    testLoss: over(({ test }) => figure(test, 'loss')),
    gap: over(gapOf),
    calibrationError: over(({ test }) => figure(test, 'calibrationError')),
    gain: against(({ test }) => figure(test, 'accuracy')),
    gapChange: against(gapOf),
    calibrationChange: against(({ test }) => figure(test, 'calibrationError')),
    epochs: mean(runs.map(({ history }) => history.length)),
    stillGained: mean(runs.map(({ stillGained }) => stillGained)),
    verdicts,
    validationLoss: Array.from({ length: epochs }, (_, epoch) =>
      mean(runs.map(({ history }) => history[epoch]?.validation?.['loss'] ?? Number.NaN)),
    ),
    reliability: pooled(runs.map(({ reliability }) => reliability)),
    values: { testAccuracy: runs.map(({ test }) => figure(test, 'accuracy')), gap: runs.map(gapOf) },
  };
}

/** The bins of all runs as those of one. */
function pooled(tables: readonly Run['reliability'][]): Run['reliability'] {
  return (tables[0] ?? []).map((_, bin) => {
    const rows = tables.flatMap((table) => {
      const row = table[bin];
      return row && row[0] > 0 ? [row] : [];
    });
    const count = rows.reduce((sum, [own]) => sum + own, 0);
    const mean = (place: 1 | 2): number => rows.reduce((sum, row) => sum + row[0] * row[place], 0) / count;
    return [count, mean(1), mean(2)] as const;
  });
}

function figure(figures: Readonly<Record<string, number>>, name: string): number {
  return figures[name] ?? Number.NaN;
}

/** 1 where an interval of a difference is above 0, −1 where it is below, 0 where it holds 0. */
export function signOf({ low, high }: MeanInterval): -1 | 0 | 1 {
  return low > 0 ? 1 : high < 0 ? -1 : 0;
}
