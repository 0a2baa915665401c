import type { VaryingType } from '../data/dataset.js';
import type { MetricValues } from '../model/build-context.js';
import type { RandomSource } from '../random/random-source.js';
import { definer } from '../registry/definition.js';
import { membersOf } from '../registry/instance-check.js';
import type { Choice } from '../registry/kinds.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import type { Several } from '../tensor/several.js';
import type { DataReference, Job, JobResult } from './job.js';

/** What a procedure changes of the base job; `validation: undefined` leaves it out, as where targets are others. */
export type JobChange = Partial<Omit<Job, 'validation'>> & { readonly validation?: DataReference | undefined };

/** What a procedure that makes an ensemble may do. */
export interface EnsembleContext {
  /** The job of one member, as it is unless the procedure changes it. */
  readonly base: Job;
  /** Types of one example of each output of a member. */
  readonly outputs: Several<VaryingType>;
  /** Number of examples to train on. */
  readonly size: number;
  readonly random: RandomSource;
  /**
   * Trains a member on the base job with changes; its seed is that of the ensemble and its number unless it is given.
   * `vote` is what the event `ensemble:member` says of it.
   */
  train(change?: JobChange, vote?: { readonly count?: number; readonly weight?: number }): Promise<JobResult>;
  /**
   * Trains members that do not depend on each other, each as `train` would; the runner may do so at the same time.
   * `weights` are what the event `ensemble:member` says of them.
   */
  trainAll(changes: readonly JobChange[], vote?: { readonly weights?: readonly number[] }): Promise<JobResult[]>;
  /** The first output of a member for some data, [examples, …]; with a draw, of a pass as while training. */
  predict(member: JobResult, data: DataReference, options?: { readonly draw?: number }): Promise<HostTensor>;
  /** All targets of some data, in the order of its examples. */
  targets(data: DataReference): Promise<readonly HostTensor[]>;
}

/** A procedure. What comes out is a model: the members as nested models, and a layer that combines their outputs. */
export interface EnsembleStrategy {
  fit(context: EnsembleContext): Promise<{
    readonly members: readonly JobResult[];
    /** Takes the first outputs of all members, in order. */
    readonly combine: Choice<'layer'>;
    /** Of how many outputs each: `combine` takes those of the first member, then those of the next, and gives as many; 1 if not given. */
    readonly outputs?: number;
    /** What the procedure found out, such as an error out of bag. */
    readonly figures?: MetricValues;
  }>;
}

/** What an example of an ensemble gives beside options. */
export interface EnsembleExample {
  /** Of the data that it is tried on: numbers of three classes, or one number for each example; classes if not given. */
  readonly targets?: 'classes' | 'numbers';
}

/** Names of the kind `ensemble` with their options; the package that defines a name adds it by declaration merging. */
export interface Ensembles {}

declare module '../registry/kinds.js' {
  interface Kinds {
    ensemble: { catalogue: Ensembles; instance: EnsembleStrategy; example: EnsembleExample };
  }
}

export const defineEnsemble = definer('ensemble', membersOf<EnsembleStrategy>({ fit: 'method' }));
