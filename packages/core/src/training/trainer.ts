import type { Compiled, Engine } from '../engine/engine.js';
import { AdjointError } from '../errors.js';
import type { EpochResult, MetricValues } from '../model/build-context.js';
import { createTrainingEvents, type Progress, type TrainingEvents } from './training-events.js';
import type { EventHandler, TypedEvents } from '../events/typed-events.js';
import type { Inspection } from '../inspect/inspect.js';
import { classesOf, type PredictedClass } from '../model/classify.js';
import { Model } from '../model/model.js';
import { onlyOutput, predictInBatches, type Examples, type PredictOptions } from '../model/predict.js';
import type { ProfileOptions } from '../profile/profile-function.js';
import type { Profile } from '../profile/profile.js';
import { RandomSource } from '../random/random-source.js';
import type { Choice } from '../registry/kinds.js';
import { validateOptions } from '../registry/options/index.js';
import type { Registry } from '../registry/registry.js';
import type { Services } from '../registry/services.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { distinct, inspectable } from '../tensor/inspectable.js';
import type { Several } from '../tensor/several.js';
import type { Batch, Dataset } from '../data/dataset.js';
import type { BatchSource } from '../data/source.js';
import { batchGradients, type BatchGradients } from './batch-gradients.js';
import type { Stream } from '../data/iterable-source.js';
import { readableDataset, type Consumer, type TrainingData } from '../data/training-data.js';
import { attachTo } from './attach-observer.js';
import { typesOf, type BatchTypes } from './batch-types.js';
import { Evaluation, type EvaluateOptions } from './evaluation.js';
import { evaluationWeights, exportModel, type ExportOptions } from './export-model.js';
import type { Figure } from './metric.js';
import { namedChoices } from './named-choices.js';
import type { Observed, Observer } from './observer.js';
import { exportOptions, sourceName, trainerOptions } from './option-schemas.js';
import { consumerOf, readRun, readyRun } from './read-run.js';
import { profileStep } from './profile-step.js';
import { recipeOf } from './recipe.js';
import type { Schedule } from './schedule.js';
import { numbersOf, type Create } from './scoring.js';
import { EVENTS, RANDOM } from './service-tokens.js';
import { valueAt, type RunHost, type Standing } from './step-inputs.js';
import { TrainingStep } from './training-step.js';
import { stepGraph, type StepGraph } from './step-graph.js';
import type { FitOptions, FitResult, StreamOptions, TrainerOptions } from './trainer-options.js';
import { restoreTrainer, saveTrainer, type TrainerState } from './trainer-state.js';
import { trainerText } from './trainer-text.js';
import { TrainingRun } from './training-run.js';
import { TrainingState } from './training-state.js';

declare global {
  interface SymbolConstructor {
    // As newer libraries of the compiler have it.
    readonly asyncDispose: unique symbol;
  }
}

/** What changes a trainer, one at a time. */
type Work = 'fit' | 'profile' | 'gradients' | 'restore';

/** Trains, evaluates and uses one model. A second `fit` goes on where the first ended. */
export class Trainer implements Observed {
  readonly events: TypedEvents<TrainingEvents>;
  readonly seed: number;
  /** Where it stands. @internal */
  readonly standing: TrainingState;
  /** @internal */
  readonly program: TrainingStep;
  /** Losses and metrics without training. @internal */
  readonly evaluation: Evaluation;
  /** Loggers by name. @internal */
  readonly observers: readonly { readonly name: string; readonly observer: Observer }[];
  /** What is computed on the host. @internal */
  readonly host: RunHost;
  readonly #services: Services;
  readonly #undo: (() => void)[] = [];
  /** Where it is to stand while something is computed for another step. @internal */
  pretended: Standing | undefined;
  #preparing: Promise<void> | undefined;
  #isPrepared = false;
  #busyWith: { readonly what: Work; readonly done: Promise<unknown> } | undefined;
  /** The run that `fit` is busy with. */
  #current: TrainingRun | undefined;

  /** @internal Use app.trainer. */
  constructor(
    readonly engine: Engine,
    readonly registry: Registry,
    readonly model: Model,
    readonly options: TrainerOptions,
  ) {
    validateOptions(trainerOptions(options), options, 'trainer');
    const { seed = 0, onHandlerError = 'throw' } = options;
    const random = new RandomSource(seed);
    this.events = createTrainingEvents({ onHandlerError, plugins: () => registry.plugins() });
    this.seed = seed;
    this.#services = registry.services.createScope();
    this.#services.provide(EVENTS, { value: this.events });
    this.#services.provide(RANDOM, { value: random });
    const create: Create = (kind, choice) => registry.create(kind, choice, this.#services);
    const schedules = new Map<Choice<'schedule'>, Schedule>();
    this.host = {
      standing: () => this.pretended ?? this.standing.standing,
      random,
      schedule: (choice) => {
        const known = schedules.get(choice) ?? create('schedule', choice);
        schedules.set(choice, known);
        return known;
      },
    };
    const { dtype } = model;
    const recipe = recipeOf(engine, model, options, { create, random, dtype });
    if (options.schedule !== undefined) this.host.schedule(options.schedule);
    const onCompiled = ({ name, kernels, arenaBytes, milliseconds }: Compiled): void =>
      this.events.emitStep('plan:compiled', () => ({ name, kernels, bytes: arenaBytes, milliseconds }));
    this.standing = new TrainingState(recipe.scoring.totals());
    this.program = new TrainingStep(engine, recipe, this.host, dtype, onCompiled);
    this.evaluation = new Evaluation(engine, this.program, onCompiled, (progress) =>
      this.events.emitStep('evaluation:batch', () => progress),
    );
    this.observers = namedChoices('logger', options.loggers).map(({ name, choice }) => ({
      name,
      observer: create('logger', choice),
    }));
    for (const { observer } of this.observers) this.attach(observer);
    distinct(
      this,
      'engine',
      'registry',
      'model',
      'events',
      'standing',
      'program',
      'evaluation',
      'observers',
      'host',
      'pretended',
    );
  }

  /** Updates done. */
  get step(): number {
    return this.standing.step;
  }

  /** Epochs done. */
  get epoch(): number {
    return this.standing.epoch;
  }

  /** The rate of the next update; of several groups, that of the first. */
  get learningRate(): number {
    return valueAt(this.host, this.program.recipe.optimizer.rates[0] ?? 0);
  }

  /** Numbers that follow a schedule, besides the learning rate. @internal */
  varyingAt(standing: Standing): MetricValues {
    return Object.fromEntries(
      [...this.program.varying].map(([name, option]) => [name, valueAt(this.host, option, standing)]),
    );
  }

  /** Where training stands; epochs and steps are those of the latest run. */
  get progress(): Progress {
    return this.standing.progress;
  }

  get history(): readonly EpochResult[] {
    return this.standing.history;
  }

  /** What the present run validates on. */
  get validation(): Dataset | undefined {
    return this.#current?.options.validation;
  }

  /** Calls `handler` on every event of that name; returns the undo. Boundary events wait for the handler's promise. */
  on<E extends keyof TrainingEvents & string>(event: E, handler: EventHandler<TrainingEvents[E]>): () => void {
    return this.events.on(event, handler);
  }

  /** Like `on`, for the next event only. */
  once<E extends keyof TrainingEvents & string>(event: E, handler: EventHandler<TrainingEvents[E]>): () => void {
    return this.events.once(event, handler);
  }

  off<E extends keyof TrainingEvents & string>(event: E, handler: EventHandler<TrainingEvents[E]>): void {
    this.events.off(event, handler);
  }

  /** Subscribes an observer until the trainer is closed. */
  attach(observer: Observer): void {
    this.#undo.push(attachTo(this, observer));
  }

  /** Ends the present run after the step that is under way. */
  stop(reason = 'stop() was called'): void {
    this.#current?.stop('stopped', reason);
  }

  /** Undoes what observers have subscribed to, and closes services of the trainer. The model can still be used. */
  async close(): Promise<void> {
    for (const undo of this.#undo.splice(0)) undo();
    await this.#services.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * Trains for some epochs, on a dataset, a stream, or arrays `{ x, y }`. Labels that are texts are numbered, and their
   * names kept with the model. After a run that was stopped, aborted or restored, the same call finishes that run.
   * @throws AdjointError `DATA_INVALID` for data that do not fit the model; `OPTIONS_INVALID` for a run that was begun
   * with another batch size or order; whatever a handler threw.
   */
  fit(data: TrainingData, options: FitOptions): Promise<FitResult>;
  fit(data: BatchSource, options: StreamOptions): Promise<FitResult>;
  /** `batchSize` says how many make a batch, where single examples are iterated over. */
  fit(data: Stream, options: StreamOptions & { readonly batchSize?: number }): Promise<FitResult>;
  fit(data: TrainingData | BatchSource | Stream, options: FitOptions | StreamOptions): Promise<FitResult> {
    return this.#alone('fit', async () => {
      const run = readyRun(data, options) ?? (await readRun(data, options, this.#consumer('fit', true)));
      this.#current = new TrainingRun(this, run.data, run.options);
      return this.#current.complete().finally(() => (this.#current = undefined));
    });
  }

  /** The loss as `loss` and the metrics over a dataset, without training. */
  async evaluate(dataset: TrainingData, options?: EvaluateOptions): Promise<MetricValues> {
    return numbersOf(await this.figures(dataset, options));
  }

  /** What `evaluate` gives, with the figures that are tables, such as a confusion matrix. */
  async figures(dataset: TrainingData, options?: EvaluateOptions): Promise<Readonly<Record<string, Figure>>> {
    if (this.averages) await this.prepare();
    const data = await readableDataset(dataset, this.#consumer('evaluate', false));
    return this.program.recipe.scoring.figures(await this.evaluation.run(data, options), this.host);
  }

  /** The model's output for examples, [examples, …output], with the values that averages put in place of parameters. */
  async predict(examples: Examples, options?: PredictOptions): Promise<HostTensor> {
    return onlyOutput(this.model.composition, await this.predictAll(examples, options));
  }

  /** All outputs for examples, in the order of the composition. */
  async predictAll(examples: Examples, options?: PredictOptions): Promise<Several<HostTensor>> {
    if (!this.averages) return this.model.predictAll(examples, options);
    await this.prepare();
    if (options?.draw !== undefined) return (await this.export()).predictAll(examples, options);
    return predictInBatches(this.evaluation.predict, this.model, examples, options);
  }

  /** The class of each example, with its name; see `predictClasses` of a model. */
  async predictClasses(examples: Examples, options?: PredictOptions): Promise<PredictedClass[]> {
    const [output] = await this.predictAll(examples, options);
    return classesOf(output, this.model.classes, this.model.outputScale);
  }

  /** Parameters and states by name, with the values that evaluation uses: averages in place of parameters. */
  async weights(): Promise<Map<string, HostTensor>> {
    return this.#atBoundary(() => (this.averages ? evaluationWeights(this) : this.model.weights()));
  }

  /**
   * A model of its own with the values that evaluation uses: averages in place of parameters, and, with `recalibrate`,
   * running statistics renewed by a pass over that dataset.
   */
  async export(options: ExportOptions = {}): Promise<Model> {
    validateOptions(exportOptions, options, 'export');
    await this.prepare();
    return exportModel(this, options);
  }

  /**
   * Where the time of a training step on this batch goes: runs some, measures each kernel, and leaves the trainer as it
   * was.
   * @throws AdjointError `BACKEND_UNSUPPORTED` if the backend does not measure kernels; `DATA_INVALID` for a batch that
   * does not fit the model.
   */
  profile(batch: Batch, options?: ProfileOptions): Promise<Profile> {
    return this.#alone('profile', () => profileStep(this, batch, options));
  }

  /**
   * Loss and gradients of a batch as the next step would have them, random numbers included; nothing is updated.
   * @example const { gradients } = await trainer.gradients(batch); gradients.get('dense/weight');
   * @throws AdjointError `DATA_INVALID` for a batch that does not fit the model.
   */
  gradients(batch: Batch): Promise<BatchGradients> {
    return this.#alone('gradients', () => batchGradients(this, batch));
  }

  /**
   * What becomes of the training step for batches of these types, from the graph to the generated code; see `inspect`.
   * Nothing is trained.
   */
  async inspect(types: BatchTypes): Promise<Inspection> {
    const record = typesOf(types, 'inspect');
    await this.prepare();
    return this.program.train.inspect(record);
  }

  /**
   * The graph of one update for batches of these types, for those who run it elsewhere (`exportTrainingStep` of
   * @adjoint/onnx). Its outputs are the `loss` of the batch and the `penalty`, where there is one. Nothing is trained.
   * @throws AdjointError `OPTIONS_INVALID` for an optimizer that the host drives: its update is more than one graph.
   */
  async graph(types: BatchTypes): Promise<StepGraph> {
    const batch = typesOf(types, 'graph');
    await this.prepare();
    return stepGraph(this, batch);
  }

  /**
   * Everything that is needed to go on with the same numbers, of the present step boundary, also in a handler and in the
   * middle of an epoch; while a step is under way, of its end. See `saveCheckpoint` of @adjoint/io for files.
   */
  state(): Promise<TrainerState> {
    return this.#atBoundary(() => saveTrainer(this));
  }

  /**
   * Takes over a saved state; nothing is changed unless all of it fits. `fit` with the same data and options then
   * finishes the run. `source` names the state in errors.
   * @throws AdjointError `FILE_INVALID` that lists what does not fit.
   */
  restore(state: TrainerState, options: { readonly source?: string } = {}): Promise<void> {
    return this.#alone('restore', async () => {
      validateOptions(sourceName, options, 'restore');
      const { source = 'state' } = options;
      await this.prepare();
      await restoreTrainer(this, state, source);
    });
  }

  #consumer(who: string, learn: boolean): Consumer {
    return consumerOf(this.model, this.program.recipe.scoring, who, learn);
  }

  /** Allocates optimizer slots. @internal */
  prepare(): Promise<void> {
    return (this.#preparing ??= this.program.prepare().then(() => void (this.#isPrepared = true)));
  }

  /** Whether evaluation uses other values than the parameters. @internal */
  get averages(): boolean {
    const { optimizer, regularizers } = this.program.recipe;
    return optimizer.averages || regularizers.some(({ hooks }) => hooks.evaluation);
  }

  /**
   * Asks for variables while they and the counters belong together. What is asked for there comes before the next step,
   * since the engine does one thing after the other.
   */
  async #atBoundary<T>(ask: () => Promise<T>): Promise<T> {
    if (!this.#isPrepared) await this.prepare();
    while (this.#busyWith && this.#busyWith.what !== 'fit') await this.#busyWith.done;
    const underWay = this.#current?.underWay;
    return underWay ? underWay.then(ask, ask) : ask();
  }

  /** Runs what must not meet another change of this trainer. */
  async #alone<T>(what: Work, work: () => Promise<T>): Promise<T> {
    if (this.#busyWith)
      throw new AdjointError(
        'OPTIONS_INVALID',
        `${what}: this trainer is running; wait until ${this.#busyWith.what} has returned, or make another trainer.`,
      );
    let release = (): void => undefined;
    this.#busyWith = { what, done: new Promise<void>((resolve) => (release = resolve)) };
    try {
      return await work();
    } finally {
      this.#busyWith = undefined;
      release();
    }
  }
}

inspectable(Trainer, trainerText);
