import type { Tensor, TensorType } from '../graph/tensor.js';
import type { RandomSource } from '../random/random-source.js';
import type { Choice } from '../registry/kinds.js';
import type { TypedArray } from '../tensor/dtype.js';

/** Figures by name; the loss of the data is `loss`. */
export type MetricValues = Readonly<Record<string, number>>;

/** What is known of an epoch at its end. */
export interface EpochResult {
  readonly epoch: number;
  readonly metrics: MetricValues;
  /** Figures of the validation pass, where there was one. */
  readonly validation?: MetricValues;
}

/** Where a run stands before an update, for what the host computes anew in each step. */
export interface HostStep {
  /** Updates done before: the first is 0. */
  readonly step: number;
  readonly epoch: number;
  /** Updates of the whole run. */
  readonly totalSteps: number;
  readonly stepsPerEpoch: number;
  /** Epochs of the run that are done; saved with it, so that what depends on them resumes. */
  readonly history: readonly EpochResult[];
  /** Belongs to the asker and the step. */
  readonly random: RandomSource;
  /** What an option that may follow a schedule is worth at this step. */
  value(option: Varying): number;
}

/** A number among options that may follow a schedule over the steps of a run. */
export type Varying = number | { readonly base: number; readonly schedule: Choice<'schedule'> };

/** What everything that builds a part of the step may ask for while it is traced: layers, losses, optimizers, … */
export interface BuildContext {
  readonly training: boolean;
  /** A key for `uniform`, `normal` and `bernoulli` that belongs to the asker and the step; another one for each `place`. */
  random(place?: string): Tensor;
  /** A small tensor that the host computes before each step. The same name of the same asker gives the same tensor. */
  input(name: string, type: TensorType, compute: (at: HostStep) => TypedArray): Tensor;
  /** The same for one number, a scalar of the model's float dtype. */
  scalar(name: string, compute: (at: HostStep) => number): Tensor;
  /** A constant where the option is a number, an input where it follows a schedule. */
  value(option: Varying): Tensor;
}
