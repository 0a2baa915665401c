import { Engine } from '../engine/engine.js';
import type { TracedFunction, Traceable } from '../engine/traced-function.js';
import type { Variable, VariableOptions } from '../engine/variable.js';
import { AdjointError } from '../errors.js';
import type { Tensor } from '../graph/tensor.js';
import { compose, sequence, type Composer, type Link } from '../model/composer.js';
import type { Composition } from '../model/composition.js';
import { corePlugin } from '../model/core-plugin.js';
import { compositionSchema } from '../model/composition-schema.js';
import type { ModelOptions, RebuildOptions } from '../model/model-options.js';
import { Model } from '../model/model.js';
import { buildOptions, modelOptions, sequentialOptions } from '../model/option-schemas.js';
import type { RegistryDescription } from '../registry/description.js';
import type { Choice, Kind } from '../registry/kinds.js';
import { validateOptions, valueText } from '../registry/options/index.js';
import type { Plugin } from '../registry/plugin.js';
import { Registry } from '../registry/registry.js';
import { serviceToken } from '../registry/services.js';
import type { DType } from '../tensor/dtype.js';
import { distinct, inspectable } from '../tensor/inspectable.js';
import type { TensorLike } from '../tensor/host-tensor.js';
import type { Several } from '../tensor/several.js';
import type { Shape, VaryingShape } from '../tensor/shape.js';
import type { Dataset, VaryingType } from '../data/dataset.js';
import { openData, runJob, type Job, type JobOptions, type JobResult } from '../training/job.js';
import { localRunner, RUN_JOB } from '../training/runner.js';
import { checkState, type TrainerState } from '../training/trainer-state.js';
import type { EnsembleOptions } from '../training/ensemble-options.js';
import { Ensemble } from '../training/ensemble.js';
import { Trainer } from '../training/trainer.js';
import type { TrainerOptions } from '../training/trainer-options.js';
import { appOptions, runOptions, type AppOptions, type RunOptions } from './app-options.js';
import { referencePlugin } from './reference-plugin.js';
import { createBackend } from './create-backend.js';
import { packageOfKind, packageOfName } from './package-of-kind.js';

/** The engine of an app, for factories that compute. */
export const ENGINE = serviceToken<Engine>('engine');

/** The backends that an app was told to take the first of: its workers take the same. */
export const BACKENDS = serviceToken<readonly Choice<'backend'>[]>('backends');

/** Plugins, a backend, and what is made of them. Two apps share nothing. */
export class App {
  readonly registry = new Registry({ packageOfKind, packageOfName });
  #engine: Engine | undefined;
  readonly #backends: readonly Choice<'backend'>[];

  /** `builtIn` are in use before the plugins of the options. */
  constructor(options: AppOptions = {}, builtIn: readonly Plugin[] = []) {
    validateOptions(appOptions(options), options, 'createApp');
    const { backend } = options;
    this.#backends = Array.isArray(backend) ? backend : backend === undefined ? [] : [backend as Choice<'backend'>];
    this.use(corePlugin).use(referencePlugin).use(localRunner);
    const run = (job: Job, own?: JobOptions): Promise<JobResult> => runJob(this.engine, this.registry, job, own);
    this.registry.services.provide(RUN_JOB, { value: run });
    this.registry.services.provide(ENGINE, { factory: () => this.engine });
    this.registry.services.provide(BACKENDS, { value: this.#backends });
    for (const plugin of [...builtIn, ...(options.plugins ?? [])]) this.use(plugin);
    distinct(this, 'registry');
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
  variable(initial: TensorLike, options?: VariableOptions): Variable {
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
    options: ModelOptions & { readonly input: VaryingShape | VaryingType },
    layers: readonly Choice<'layer'>[],
  ): Model {
    validateOptions(sequentialOptions, options, 'sequential');
    return this.#build(sequence(options.input, layers, options), options);
  }

  /**
   * A model with several inputs, branches and joins, and an output or a list of them.
   * @example app.model(({ input, layer }) => { const x = input([8]); return layer('add', [x, layer({ dense: { units: 8 } }, x)]); })
   */
  model(
    build: (composer: Pick<Composer, 'input' | 'layer' | 'use'>) => Link | Several<Link>,
    options: ModelOptions = {},
  ): Model {
    validateOptions(modelOptions, options, 'model');
    const ports = (choice: Choice<'layer'>) => this.registry.create('layer', choice).ports;
    return this.#build(compose(build, { ...options, ports }), options);
  }

  /**
   * The model of a composition, such as one that was saved.
   * @throws AdjointError `SHAPE_MISMATCH` if weights are given that do not fit it.
   */
  build(composition: Composition, options: RebuildOptions = {}): Model {
    validateOptions(buildOptions, options, 'build');
    validateOptions(compositionSchema, composition, 'build: the composition');
    return this.#build(composition, options);
  }

  #build(composition: Composition, { seed = 0, weights }: RebuildOptions): Model {
    return new Model(this.engine, this.registry, composition, seed, weights);
  }

  /** A dataset by its registered name. */
  async dataset(chosen: Choice<'dataset'>): Promise<Dataset> {
    return openData(this.registry, { data: chosen });
  }

  trainer(model: Model, options: TrainerOptions): Trainer {
    checkModel(model, 'trainer');
    return new Trainer(this.engine, this.registry, model, options);
  }

  /** Runs jobs; results come in their order. One after the other in this app, if no runner is chosen. */
  run(jobs: Iterable<Job> | AsyncIterable<Job>, options: RunOptions = {}): AsyncIterable<JobResult> {
    validateOptions(runOptions, options, 'run');
    const { runner = 'local', ...own } = options;
    return this.registry.create('runner', runner).run(jobs, own);
  }

  /** Makes the trainer of a saved state again, from the state alone; `fit` with the same data finishes its run. */
  async restore(state: TrainerState, options: { readonly source?: string } = {}): Promise<Trainer> {
    checkState(state);
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
    checkModel(model, 'ensemble');
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
  describe(kind?: Kind, name?: string): RegistryDescription {
    return this.registry.describe(kind, name);
  }

  /** Frees memory, threads and services. */
  async close(): Promise<void> {
    this.#engine?.close();
    await this.registry.dispose();
  }
}

/** @throws {AdjointError} OPERAND_INVALID */
function checkModel(model: unknown, what: string): void {
  if (model instanceof Model) return;
  throw new AdjointError(
    'OPERAND_INVALID',
    `${what}: the model is ${valueText(model)}; pass what app.sequential, app.model or app.build made.`,
  );
}

inspectable(App, ({ registry }) => {
  const names = registry.plugins().map(({ name }) => name);
  return `App with ${names.length} plugins: ${names.join(', ')}`;
});

/** A bare app: plugins come by `use`. The package `adjoint` has one with everything in it. */
export function createApp(options?: AppOptions): App {
  return new App(options);
}
