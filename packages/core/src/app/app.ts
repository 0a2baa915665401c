import { Engine } from '../engine/engine.js';
import type { TracedFunction, Traceable } from '../engine/traced-function.js';
import type { Variable } from '../engine/variable.js';
import type { Tensor } from '../graph/tensor.js';
import { Composer, sequence, type Link } from '../model/composer.js';
import type { Composition } from '../model/composition.js';
import { corePlugin } from '../model/core-plugin.js';
import { Model } from '../model/model.js';
import type { RegistryDescription } from '../registry/description.js';
import type { Choice, Kind } from '../registry/kinds.js';
import type { Plugin } from '../registry/plugin.js';
import { Registry } from '../registry/registry.js';
import { serviceToken } from '../registry/services.js';
import type { DType } from '../tensor/dtype.js';
import type { HostTensor, TensorLike } from '../tensor/host-tensor.js';
import type { Several } from '../tensor/several.js';
import type { Shape, VaryingShape } from '../tensor/shape.js';
import type { Dataset, VaryingType } from '../data/dataset.js';
import { DatasetChoices } from '../training/dataset-choices.js';
import { runJob, type Job, type JobOptions, type JobResult } from '../training/job.js';
import { localRunner, RUN_JOB } from '../training/runner.js';
import type { TrainerState } from '../training/trainer-state.js';
import { Ensemble, type EnsembleOptions } from '../training/ensemble.js';
import { Trainer } from '../training/trainer.js';
import type { TrainerOptions } from '../training/trainer-options.js';
import { referencePlugin } from './backends.js';
import { createBackend } from './create-backend.js';
import { packageOfKind } from './package-of-kind.js';

/** The engine of an app, for factories that compute. */
export const ENGINE = serviceToken<Engine>('engine');

export interface AppOptions {
  readonly plugins?: readonly Plugin[];
  /**
   * What computes; the first backend that a plugin registers (other than reference) if not given. Of several, the first
   * that can be had here; the app warns of those before it.
   */
  readonly backend?: Choice<'backend'> | readonly Choice<'backend'>[];
}

export interface BuildOptions {
  /** Of the initial parameters; 0 if not given. */
  readonly seed?: number;
}

export interface RebuildOptions extends BuildOptions {
  /**
   * All parameters and states by name, instead of initial values. They are compared with what the layers declare before
   * memory is taken for it.
   */
  readonly weights?: ReadonlyMap<string, HostTensor>;
}

export interface ModelOptions extends BuildOptions {
  /** Of the parameters, and of inputs that do not say theirs; float32 if not given. */
  readonly dtype?: 'float32' | 'float64';
}

/** Plugins, a backend, and what is made of them. Two apps share nothing. */
export class App {
  readonly registry = new Registry({ packageOfKind });
  #engine: Engine | undefined;
  readonly #backends: readonly Choice<'backend'>[];

  constructor({ plugins = [], backend }: AppOptions = {}) {
    this.#backends = Array.isArray(backend) ? backend : backend === undefined ? [] : [backend as Choice<'backend'>];
    this.use(corePlugin).use(referencePlugin).use(localRunner);
    const run = (job: Job, options?: JobOptions): Promise<JobResult> =>
      runJob(this.engine, this.registry, job, options);
    this.registry.services.provide(RUN_JOB, { value: run });
    this.registry.services.provide(ENGINE, { factory: () => this.engine });
    plugins.forEach((plugin) => this.use(plugin));
  }

  /** Puts a plugin in use. */
  use(plugin: Plugin): this {
    this.registry.use(plugin);
    return this;
  }

  /** What computes; made when it is first needed. */
  get engine(): Engine {
    return (this.#engine ??= new Engine(createBackend(this.registry, this.#backends)));
  }

  /** A tensor with a value. */
  tensor(value: TensorLike, shape?: Shape, dtype?: DType): Tensor {
    return this.engine.tensor(value, shape, dtype);
  }

  /** State that programs read and update. */
  variable(
    initial: TensorLike,
    options?: { readonly name?: string; readonly shape?: Shape; readonly dtype?: DType },
  ): Variable {
    return this.engine.variable(initial, options);
  }

  /** A function that runs as one program per combination of input types. */
  trace(build: Traceable, name?: string): TracedFunction {
    return this.engine.trace(build, name);
  }

  /**
   * A model of layers one after the other. `input` is the shape of one example, or shape and dtype, as of words for an
   * embedding; null in a shape stands for an extent that may vary.
   */
  sequential(
    { input, ...options }: ModelOptions & { readonly input: VaryingShape | VaryingType },
    layers: readonly Choice<'layer'>[],
  ): Model {
    return this.build(sequence(input, layers, options), options);
  }

  /**
   * A model with several inputs, branches and joins, and an output or a list of them.
   * @example app.model(({ input, layer }) => { const x = input([8]); return layer('add', [x, layer({ dense: { units: 8 } }, x)]); })
   */
  model(
    compose: (composer: Pick<Composer, 'input' | 'layer' | 'use'>) => Link | Several<Link>,
    options: ModelOptions = {},
  ): Model {
    const composer = new Composer({
      ...options,
      ports: (choice) => this.registry.create('layer', choice).ports,
    });
    return this.build(composer.finish([compose(composer)].flat()), options);
  }

  /**
   * The model of a composition, such as one that was saved.
   * @throws AdjointError `SHAPE_MISMATCH` if weights are given that do not fit it.
   */
  build(composition: Composition, { seed = 0, weights }: RebuildOptions = {}): Model {
    return new Model(this.engine, this.registry, composition, seed, weights);
  }

  /** A dataset by its registered name. */
  async dataset(choice: Choice<'dataset'>): Promise<Dataset> {
    return DatasetChoices.note(await this.registry.create('dataset', choice), choice);
  }

  trainer(model: Model, options: TrainerOptions): Trainer {
    return new Trainer(this.engine, this.registry, model, options);
  }

  /** Runs jobs; results come in their order. One after the other in this app, if no runner is chosen. */
  run(
    jobs: Iterable<Job> | AsyncIterable<Job>,
    { runner = 'local', ...options }: JobOptions & { readonly runner?: Choice<'runner'> } = {},
  ): AsyncIterable<JobResult> {
    return this.registry.create('runner', runner).run(jobs, options);
  }

  /** Makes the trainer of a saved state again, from the state alone; `fit` with the same data finishes its run. */
  async restore(state: TrainerState, options: { readonly source?: string } = {}): Promise<Trainer> {
    const { composition, modelSeed, trainer: saved, seed } = state.metadata;
    const weights = new Map(
      [...state.tensors].flatMap(([name, tensor]) => (name.startsWith('model/') ? [[name.slice(6), tensor]] : [])),
    );
    const trainer = this.trainer(this.build(composition, { seed: modelSeed, weights }), { ...saved, seed });
    await trainer.restore(state, options);
    return trainer;
  }

  /** Several models of the composition of `model`, used as one. */
  ensemble(model: Model, options: EnsembleOptions): Ensemble {
    return new Ensemble(this.engine, this.registry, model.composition, options);
  }

  /**
   * A choice from a file or a command line, checked now, as one that the compiler accepts.
   * @example app.dataset(app.check('dataset', JSON.parse(text)))
   * @throws {AdjointError} EXTENSION_UNKNOWN or OPTIONS_INVALID
   */
  check<K extends Kind>(kind: K, choice: unknown): Choice<K> {
    return this.registry.check(kind, choice);
  }

  /** What is registered, with options, defaults, formulas and sources. */
  describe(kind?: Kind): RegistryDescription {
    return this.registry.describe(kind);
  }

  /** Frees memory, threads and services. */
  async close(): Promise<void> {
    this.#engine?.close();
    await this.registry.dispose();
  }
}

/** A bare app: plugins come by `use`. The package `adjoint` has one with everything in it. */
export function createApp(options?: AppOptions): App {
  return new App(options);
}
