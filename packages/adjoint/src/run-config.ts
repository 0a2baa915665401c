import type { AppOptions, Choice, Composition, FitPlan, Job, Plugin, VaryingShape, VaryingType } from '@adjoint/core';

/** Layers one after the other, a composition, or a model that was saved. */
export type ModelConfig =
  | { readonly input: VaryingShape | VaryingType; readonly layers: readonly Choice<'layer'>[] }
  | { readonly composition: Composition }
  | { readonly file: string };

export interface DataConfig {
  readonly train: Choice<'dataset'>;
  /** Data to watch while training, or which fraction of `train` is set aside for it. */
  readonly validation?: Choice<'dataset'> | number;
  /** Data to look at once, at the end, or which fraction of `train` is set aside for it. */
  readonly test?: Choice<'dataset'> | number;
}

/** A whole training run, as `adjoint train` takes it: in JSON, or as the default export of a module. */
export interface RunConfig {
  /** Modules whose plugins are used, beside those of `adjoint` and `@adjoint/data/node`; in a module also plugins. */
  readonly plugins?: readonly (string | Plugin)[];
  readonly backend?: NonNullable<AppOptions['backend']>;
  /** Of initial weights, order, splits and dropout; 0 if not given. */
  readonly seed?: number;
  readonly data: DataConfig;
  readonly model: ModelConfig;
  readonly trainer: Job['trainer'];
  readonly fit: FitPlan;
  /** The folder for `model.safetensors`, `run.safetensors` and what loggers write; `output` if not given. */
  readonly output?: string;
}

/** A configuration in a module, with its names and options checked by the compiler. */
export function defineRun(config: RunConfig): RunConfig {
  return config;
}
