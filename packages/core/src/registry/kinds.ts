import type { Backend } from '../backend/backend.js';
import type { Initializer } from '../model/initializer.js';
import type { Layer } from '../model/layer.js';
import type { Dataset } from '../data/dataset.js';
import type { EnsembleStrategy } from '../training/ensemble.js';
import type { GradientTransform } from '../training/gradient-transform.js';
import type { Logger } from '../training/logger.js';
import type { Loss } from '../training/loss.js';
import type { Metric } from '../training/metric.js';
import type { Optimizer } from '../training/optimizer.js';
import type { Regularizer } from '../training/regularizer.js';
import type { Schedule } from '../training/schedule.js';

/**
 * The kinds of things that plugins add. Each has a catalogue (name → options, what may be written) and an instance
 * (what a definition's `create` returns). A plugin adds a kind of its own by declaration merging:
 *
 *     declare module '@adjoint/core' {
 *       interface Kinds { runner: { catalogue: Runners; instance: Runner } }
 *     }
 */
export interface Kinds {
  layer: { catalogue: Layers; instance: Layer };
  initializer: { catalogue: Initializers; instance: Initializer };
  optimizer: { catalogue: Optimizers; instance: Optimizer };
  gradientTransform: { catalogue: GradientTransforms; instance: GradientTransform };
  schedule: { catalogue: Schedules; instance: Schedule };
  regularizer: { catalogue: Regularizers; instance: Regularizer };
  loss: { catalogue: Losses; instance: Loss };
  metric: { catalogue: Metrics; instance: Metric };
  ensemble: { catalogue: Ensembles; instance: EnsembleStrategy };
  dataset: { catalogue: Datasets; instance: Dataset | Promise<Dataset> };
  logger: { catalogue: Loggers; instance: Logger };
  backend: { catalogue: Backends; instance: Backend };
}

// The catalogues are empty in core. The package that defines a name adds it with the type of its options:
// `declare module '@adjoint/core' { interface Optimizers { 'acme/signum': OptionsOf<typeof signum> } }`.
export interface Layers {}
export interface Initializers {}
export interface Optimizers {}
export interface GradientTransforms {}
export interface Schedules {}
export interface Regularizers {}
export interface Losses {}
export interface Metrics {}
export interface Ensembles {}
export interface Datasets {}
export interface Loggers {}
export interface Backends {}

/** Where the built-in plugins of a kind come from, for the error of someone who has registered none. */
export const packageOfKind: Readonly<Record<string, string>> = {
  layer: '@adjoint/layers',
  initializer: '@adjoint/layers',
  optimizer: '@adjoint/optimizers',
  gradientTransform: '@adjoint/optimizers',
  schedule: '@adjoint/optimizers',
  regularizer: '@adjoint/regularizers',
  loss: '@adjoint/losses',
  metric: '@adjoint/metrics',
  ensemble: '@adjoint/ensembles',
  dataset: '@adjoint/data',
  logger: '@adjoint/loggers',
  backend: '@adjoint/backend-wasm',
};

export type Kind = keyof Kinds & string;

/** What the definitions of a kind create. */
export type Created<K extends Kind> = Kinds[K]['instance'];

/** The names of a kind that the imported packages declare. */
export type NameOf<K extends Kind> = keyof Kinds[K]['catalogue'] & string;

/** The options that may be written for a name. */
export type OptionsFor<K extends Kind, N extends NameOf<K>> = Kinds[K]['catalogue'][N];

/**
 * How a plugin of a kind is chosen wherever options are given: `'name'`, where all its options are optional, or
 * `{ name: options }` with exactly one name. Beside the options, `name` says what the thing is called in messages, logs
 * and files: `{ conv2d: { filters: 32, kernel: 3 }, name: 'stem' }`.
 */
export type Choice<K extends Kind> = {
  [N in NameOf<K>]: ({} extends OptionsFor<K, N> ? N : never) | SingleChoice<K, N>;
}[NameOf<K>];

type SingleChoice<K extends Kind, N extends NameOf<K>> = { readonly [P in N]: OptionsFor<K, N> } & {
  readonly [P in Exclude<NameOf<K>, N>]?: never;
} & { readonly name?: string };
