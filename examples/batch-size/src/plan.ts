import type { Setting } from '@adjoint/experiment';
import type { EffortPlan } from './effort.js';

/** How large everything is. */
export interface Plan {
  /** Units of each hidden layer of network F1. */
  readonly width: number;
  /** Training images; all if not given. */
  readonly images?: number;
  readonly smallBatch: number;
  /** Epochs of the small and of the large batch; training longer has as many updates as the small batch. */
  readonly epochs: number;
  readonly seeds: number;
  /** Training images that sharpness and slice are measured on; all if not given. */
  readonly measured?: number;
  /** Points of the slice. */
  readonly points: number;

  /** Updates of the regression with two weights. */
  readonly updates: number;
  /** Digits of the softmax regression. */
  readonly examples: number;
  readonly batchSizes: readonly number[];
  /** Batches that are drawn to measure the noise. */
  readonly draws: number;
  readonly effort: EffortPlan;
}

const powers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => 2 ** (from + i));

export const plans: Readonly<Record<Setting['size'], Plan>> = {
  smoke: {
    width: 16,
    images: 300,
    smallBatch: 10,
    epochs: 2,
    seeds: 1,
    measured: 100,
    points: 4,
    updates: 40,
    examples: 128,
    batchSizes: [1, 16, 128],
    draws: 50,
    effort: { batchSizes: [8, 128], learningRates: [1], goal: 1, epochs: 200, updates: 300 },
  },
  usual: {
    width: 512,
    images: 4000,
    smallBatch: 64,
    epochs: 25,
    seeds: 1,
    measured: 1000,
    points: 25,
    updates: 150,
    examples: 1024,
    batchSizes: powers(0, 9),
    draws: 200,
    effort: {
      batchSizes: [...powers(0, 10)],
      learningRates: powers(-5, 4),
      goal: 0.15,
      epochs: 1000,
      updates: 6000,
    },
  },
  full: {
    width: 512,
    smallBatch: 256,
    epochs: 60,
    seeds: 5,
    points: 25,
    updates: 150,
    examples: 1797,
    batchSizes: powers(0, 10),
    draws: 1000,
    effort: {
      batchSizes: [...powers(0, 10), 1797],
      learningRates: powers(-7, 5),
      goal: 0.1,
      epochs: 3000,
      updates: 50_000,
    },
  },
};
