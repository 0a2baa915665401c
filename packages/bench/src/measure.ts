import type { Row } from './report/row.js';
import { RunnerProcess } from './runner-process.js';
import { label, type Runner } from './runners.js';
import { median } from './statistics.js';
import type { Work } from './works.js';

export interface Effort {
  /** Samples of each runner, unless its budget ends first. */
  readonly rounds: number;
  /** Milliseconds a runner may spend on one work. A slow one gets one sample all the same, if need be its first run. */
  readonly budget: number;
  /** Milliseconds after which a run is broken off. */
  readonly patience: number;
}

export interface Measurement {
  readonly rows: readonly Row[];
  /** Why runners have no row, or only their first run in it; one line each. */
  readonly notes: readonly string[];
  /** How the results of the first runs compare, one line. */
  readonly agreement: string;
  readonly agrees: boolean;
}

/** A sample is the mean of as many runs as fill this, so that a clock's grain does not matter. */
const sampleMilliseconds = 20;
const warmUp = { runs: 5, milliseconds: 2000 };
/** Largest relative difference of a check from the first runner's. */
const tolerance = 1e-3;

/** A runner in the middle of a work. */
interface Contestant {
  readonly runner: Runner;
  readonly process: RunnerProcess;
  readonly checks: readonly number[];
  readonly runsPerSample: number;
  readonly samples: number[];
  /** Of a run. */
  readonly flops: number;
  peakMiB: number | undefined;
  spent: number;
}

/** Measures one work: the runners take turns, A B C A B C, each in its own process. `file` holds the work's arrays. */
export async function measure(
  work: Work,
  file: string,
  runners: readonly Runner[],
  effort: Effort,
): Promise<Measurement> {
  const notes: string[] = [];
  const contestants: Contestant[] = [];
  for (const runner of runners) {
    try {
      const entered = work.fresh ? await firstRun(work, file, runner, effort) : await enter(work, file, runner, effort);
      if (typeof entered === 'string') {
        notes.push(`${label(runner)}: no ${work.name}: ${entered}`);
        continue;
      }
      contestants.push(entered);
      if (entered.samples.length > 0 && !work.fresh)
        notes.push(`${label(runner)}: of ${work.name} only the first run, with all that it prepares`);
    } catch (error) {
      notes.push(`${label(runner)}: no ${work.name}: ${messageOf(error)}`);
    }
  }
  for (let round = 0; round < effort.rounds; round++) {
    for (const contestant of contestants) {
      const { runner, samples, spent, runsPerSample } = contestant;
      const next = (samples.at(-1) ?? 0) * runsPerSample;
      const isSpent = spent === Infinity || (samples.length > 0 && spent + next > effort.budget);
      if (samples.length > round || isSpent) continue;
      const start = performance.now();
      try {
        samples.push(await sample(work, file, contestant, effort));
      } catch (error) {
        notes.push(`${label(runner)}: ${work.name} after ${samples.length} samples: ${messageOf(error)}`);
        contestant.spent = Infinity;
      }
      contestant.peakMiB = work.fresh ? contestant.peakMiB : (contestant.process.peakMiB ?? contestant.peakMiB);
      contestant.spent += performance.now() - start;
    }
  }
  for (const { process } of contestants) process.stop();
  const measured = contestants.filter(({ samples }) => samples.length > 0);
  return { rows: measured.map((contestant) => row(work, contestant)), notes, ...compare(work, measured) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Starts a runner, builds the program and warms it up; returns why not where it has no program. */
async function enter(work: Work, file: string, runner: Runner, effort: Effort): Promise<Contestant | string> {
  const process = await RunnerProcess.start(runner, effort.patience);
  const prepared = await process.prepare(work, file);
  if ('cannot' in prepared) {
    process.stop();
    return prepared.cannot;
  }
  const checks: number[] = [];
  const start = performance.now();
  const times: number[] = [];
  while (times.length < warmUp.runs && performance.now() - start < warmUp.milliseconds) {
    times.push(await process.run(1));
    checks.push(await process.check());
  }
  const spent = performance.now() - start;
  const runsPerSample = Math.max(1, Math.ceil(sampleMilliseconds / Math.min(...times)));
  return {
    runner,
    process,
    checks,
    runsPerSample,
    samples: times[0]! > effort.budget ? times : [],
    flops: prepared.flops,
    peakMiB: process.peakMiB,
    spent,
  };
}

/** A contestant for a work whose every sample is a process of its own. */
async function firstRun(work: Work, file: string, runner: Runner, effort: Effort): Promise<Contestant | string> {
  const start = performance.now();
  const process = await RunnerProcess.start(runner, effort.patience);
  const prepared = await process.prepare(work, file);
  if ('cannot' in prepared) {
    process.stop();
    return prepared.cannot;
  }
  const milliseconds = prepared.milliseconds + (await process.run(1));
  const checks = [await process.check()];
  const { peakMiB } = process;
  process.stop();
  const spent = performance.now() - start;
  const { flops } = prepared;
  return { runner, process, checks, runsPerSample: 1, samples: [milliseconds], flops, peakMiB, spent };
}

async function sample(work: Work, file: string, contestant: Contestant, effort: Effort): Promise<number> {
  if (!work.fresh) return contestant.process.run(contestant.runsPerSample);
  const again = await firstRun(work, file, contestant.runner, effort);
  if (typeof again === 'string') throw new Error(again);
  return again.samples[0]!;
}

function row(work: Work, { runner, samples, flops, peakMiB }: Contestant): Row {
  const medianMs = median(samples);
  return {
    work: work.name,
    runner: runner.name,
    threads: runner.threads,
    medianMs,
    minMs: Math.min(...samples),
    maxMs: Math.max(...samples),
    samples: samples.length,
    gflops: flops / medianMs / 1e6,
    ...(peakMiB !== undefined && { peakMiB }),
    ...(work.images !== undefined && { imagesPerSecond: (work.images / medianMs) * 1000 }),
  };
}

/** Holds the checks of all runners against the first one's, as far as both ran. */
function compare(work: Work, contestants: readonly Contestant[]): { agreement: string; agrees: boolean } {
  const [first, ...others] = contestants;
  if (!first) return { agreement: `${work.name}: no runner`, agrees: true };
  const differences = others.map(({ runner, checks }) => {
    const common = checks.slice(0, first.checks.length);
    const relative = common.map((check, i) => Math.abs(check - first.checks[i]!) / Math.abs(first.checks[i]!));
    return { name: label(runner), runs: common.length, largest: Math.max(...relative) };
  });
  // Written so that a difference that is no number fails.
  const agrees = first.checks.every(Number.isFinite) && differences.every(({ largest }) => largest <= tolerance);
  const list = differences.map(
    ({ name, runs, largest }) => `${name} within ${largest.toExponential(0)}${runs > 1 ? ` in ${runs} runs` : ''}`,
  );
  const values = `${label(first.runner)} ${first.checks[0]!.toPrecision(6)}`;
  return { agreement: `${work.name}: ${[values, ...list].join(', ')}${agrees ? '' : ': NOT THE SAME WORK'}`, agrees };
}
