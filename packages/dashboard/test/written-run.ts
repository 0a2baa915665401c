import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';

export async function temporary(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'adjoint-dashboard-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A red pixel. */
export const pixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';

/** Lines of a step and of the end of an epoch of two steps. */
export function stepLine(step: number, loss: number): string {
  return line('step:end', step, {
    loss,
    penalty: 0,
    metrics: { gradientNorm: 2 * loss },
    learningRate: 0.1,
    varying: {},
    milliseconds: 1,
  });
}

export function epochLines(epoch: number, loss: number): string {
  const step = 2 * epoch + 2;
  const table = { data: [3, 1, 0, 4], shape: [2, 2], dtype: 'float64' };
  return [
    line('validation:end', step, {
      epoch,
      stepInEpoch: 2,
      metrics: { loss: loss + 1 },
      figures: { confusionMatrix: table },
      milliseconds: 1,
    }),
    line('epoch:end', step, {
      epoch,
      stepInEpoch: 2,
      metrics: { loss },
      validation: { loss: loss + 1 },
      milliseconds: 2,
    }),
  ].join('');
}

export function line(event: string, step: number, payload: object = {}): string {
  const position = { epoch: Math.floor(step / 2), step, stepInEpoch: step % 2, epochs: 3, stepsPerEpoch: 2 };
  return `${JSON.stringify({ event, time: new Date(1_800_000_000_000 + 1000 * step).toISOString(), ...position, ...payload })}\n`;
}

/** Two of three epochs of a run, as its logger writes them; `change` changes its description. */
export async function writeRun(directory: string, name: string, change: object = {}): Promise<string> {
  const folder = join(directory, name);
  await mkdir(folder, { recursive: true });
  const metadata = {
    format: 'adjoint/run/1',
    name,
    group: name,
    started: new Date(1_800_000_000_000).toISOString(),
    parameters: 5,
    summary: 'layer  output',
    hyperparameters: { optimizer: 'sgd' },
    classes: ['cat', 'dog'],
    ...change,
  };
  await writeFile(join(folder, 'run.json'), JSON.stringify(metadata));
  const kernels = [
    { label: 'dense: convolution', layer: 'dense', kind: 'contraction', milliseconds: 2, gflops: 1 },
    { label: 'sum', layer: 'loss', kind: 'reduction', milliseconds: 1, gflops: 1 },
  ];
  const events = [
    line('fit:start', 0),
    stepLine(0, 4),
    stepLine(1, 2),
    epochLines(0, 3),
    stepLine(2, 1),
    stepLine(3, 0.5),
    epochLines(1, 0.75),
    `${JSON.stringify({ event: 'profile', time: new Date().toISOString(), profile: { kernels } })}\n`,
  ];
  await writeFile(join(folder, 'events.jsonl'), events.join(''));
  const cells = [
    { truth: 0, predicted: 1, count: 1, examples: [{ index: 7, image: pixel }] },
    { truth: 0, predicted: 0, count: 3, examples: [] },
  ];
  await writeFile(join(folder, 'examples.json'), JSON.stringify({ classes: 2, examples: 8, cells }));
  return folder;
}
