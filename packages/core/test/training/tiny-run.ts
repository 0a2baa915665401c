import type { FitOptions, Trainer, TrainerOptions, TrainerState } from '../../src/index.js';
import { tinyApp } from '../tiny.js';

/** Ten points in batches of 4 are three steps an epoch. */
export const plan: FitOptions = { epochs: 3, batchSize: 4 };

/** Everything that has state: slots, running statistics, random numbers, metrics, a schedule, host draws. */
const everything: TrainerOptions = {
  loss: 'tiny/squared',
  optimizer: { 'tiny/momentum': { learningRate: 0.02 } },
  schedule: 'tiny/halving',
  metrics: ['tiny/absolute'],
  regularizers: ['tiny/shaken'],
  gradientTransforms: ['tiny/accumulated'],
  seed: 5,
};

export function makeTrainer(more: Partial<TrainerOptions> = {}): Trainer {
  const app = tinyApp();
  const model = app.sequential({ input: [2], seed: 1 }, [
    { 'tiny/dense': { units: 3 } },
    'tiny/dropout',
    'tiny/counter',
    { 'tiny/dense': { units: 1 }, name: 'head' },
  ]);
  return app.trainer(model, { ...everything, ...more });
}

/** The tensors of a state as plain arrays. */
export function bits({ tensors }: TrainerState): Record<string, number[]> {
  return Object.fromEntries([...tensors].map(([name, { data }]) => [name, [...data]]));
}

export function throughJson({ metadata, tensors }: TrainerState): TrainerState {
  return { metadata: JSON.parse(JSON.stringify(metadata)), tensors };
}
