import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeArrays } from './initial-arrays.js';
import { RunnerProcess } from './runner-process.js';
import { label, type Runner } from './runners.js';
import { fitLine, median, type Line } from './statistics.js';
import { cnnStepWork } from './works.js';

const batches = [16, 32, 64, 128, 256, 512];
const [warmUps, rounds] = [3, 7];

/** How the CNN's training step grows with the batch. */
export interface Growth {
  readonly runner: Runner;
  readonly points: readonly {
    readonly batch: number;
    readonly milliseconds: number;
    readonly peakMiB: number | undefined;
  }[];
  readonly time: Line;
  readonly memory: Line | undefined;
}

/** Measures one step at batch sizes from 16 to 512, each in a process of its own; samples of all sizes alternate. */
export async function measureGrowth(runner: Runner): Promise<Growth> {
  const directory = mkdtempSync(join(tmpdir(), 'adjoint-bench-'));
  try {
    const processes = await Promise.all(
      batches.map(async (batch) => {
        const work = cnnStepWork(batch);
        const file = join(directory, `${batch}.f32`);
        writeArrays(file, work.arrays);
        const process = await RunnerProcess.start(runner, 120_000);
        await process.prepare(work, file);
        return { batch, process, samples: [] as number[] };
      }),
    );
    for (const { process } of processes) await process.run(warmUps);
    for (let round = 0; round < rounds; round++)
      for (const { process, samples, batch } of processes) samples.push(await process.run(Math.ceil(64 / batch)));
    const points = processes.map(({ batch, process, samples }) => {
      const { peakMiB } = process;
      process.stop();
      return { batch, milliseconds: median(samples), peakMiB };
    });
    const peaks = points.flatMap(({ peakMiB }) => (peakMiB === undefined ? [] : [peakMiB]));
    return {
      runner,
      points,
      time: fitLine(
        batches,
        points.map(({ milliseconds }) => milliseconds),
      ),
      memory: peaks.length === batches.length ? fitLine(batches, peaks) : undefined,
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

export function formatGrowth({ runner, points, time, memory }: Growth): string {
  const line = ({ offset, slope, deviation }: Line, unit: string): string =>
    `${offset.toFixed(1)} + ${slope.toFixed(3)}·n ${unit}, off by ${(100 * deviation).toFixed(0)} % at most`;
  return [
    `${label(runner)}: the CNN's step for batches of n images`,
    ...points.map(
      ({ batch, milliseconds, peakMiB }) =>
        `  ${String(batch).padStart(4)}  ${milliseconds.toFixed(1).padStart(8)} ms  ${peakMiB?.toFixed(0).padStart(6) ?? ''} MiB`,
    ),
    `  time:   ${line(time, 'ms')}`,
    ...(memory ? [`  memory: ${line(memory, 'MiB')}`] : []),
  ].join('\n');
}
