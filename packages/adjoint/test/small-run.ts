import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { dataset, type ArrayDataset } from '@adjoint/data';
import { RandomSource, type App, type Model, type Trainer } from '../src/index.js';

const examples = 40;
export const plan = { epochs: 2, batchSize: 16 } as const;

/** Random images of three classes. */
export function data(): ArrayDataset {
  const random = new RandomSource(5);
  return dataset({
    inputs: [
      { data: Float32Array.from({ length: examples * 16 }, () => random.uniform()), shape: [examples, 1, 4, 4] },
    ],
    targets: { data: Int32Array.from({ length: examples }, () => random.integer(3)), shape: [examples] },
  });
}

/** A model with every kind of state: weights, running statistics, random draws. */
export function modelOf(app: App): Model {
  return app.sequential({ input: [1, 4, 4], seed: 2 }, [
    { conv2d: { filters: 2, kernel: 3 } },
    'batchNorm',
    'relu',
    'flatten',
    { dropout: { rate: 0.3 } },
    { dense: { units: 3 } },
  ]);
}

/** A trainer with every kind of state: running statistics, slots, random draws, a schedule, metrics. */
export function trainerOf(app: App): Trainer {
  return app.trainer(modelOf(app), {
    loss: 'crossEntropy',
    optimizer: 'adam',
    schedule: 'cosine',
    metrics: ['accuracy'],
    regularizers: ['mixup'],
    seed: 4,
  });
}

export async function scratch(t: ExecutionContext): Promise<(name: string) => string> {
  const directory = await mkdtemp(join(tmpdir(), 'adjoint-io-'));
  t.teardown(() => rm(directory, { recursive: true }));
  return (name) => join(directory, name);
}
