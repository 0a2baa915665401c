import type { Engine } from '../engine/engine.js';
import { AdjointError } from '../errors.js';
import {
  createTrainingEvents,
  type EpochResult,
  type FitEnd,
  type MetricValues,
  type Progress,
  type TrainingEvents,
} from '../events/training-events.js';
import type { EventHandler, TypedEvents } from '../events/typed-events.js';
import type { Model } from '../model/model.js';
import { RandomSource } from '../random/random-source.js';
import type { Choice } from '../registry/kinds.js';
import { readChoice } from '../registry/choice.js';
import type { Registry } from '../registry/registry.js';
import { allocateArray } from '../tensor/dtype.js';
import { hostTensor, isHostTensor, type HostTensor, type TensorLike } from '../tensor/host-tensor.js';
import { sizeOf } from '../tensor/shape.js';
import { batches } from './batches.js';
import { checkBatch, checkDataset } from './check-batch.js';
import type { Batch, Dataset } from './dataset.js';
import { Loader } from './loader.js';
import { Breather } from './macrotask.js';
import { stepRuleOf } from './optimizer.js';
import { TrainingProgram } from './program.js';
import type { Schedule } from './schedule.js';
import { restoreTrainer, saveTrainer, type TrainerState } from './trainer-state.js';

export interface TrainerOptions {
  readonly loss: Choice<'loss'>;
  readonly optimizer: Choice<'optimizer'>;
  /** Changes the optimizer's learning rate from step to step; constant if not given. */
  readonly schedule?: Choice<'schedule'>;
  readonly metrics?: readonly Choice<'metric'>[];
  readonly regularizers?: readonly Choice<'regularizer'>[];
  /** Applied to all gradients in this order, before the optimizer. */
  readonly gradientTransforms?: readonly Choice<'gradientTransform'>[];
  readonly loggers?: readonly Choice<'logger'>[];
  /** Of the order of examples and of all random numbers in training; 0 if not given. */
  readonly seed?: number;
  /** Whether a handler that throws ends the run (`throw`, the default) or is warned about. */
  readonly onHandlerError?: 'throw' | 'warn';
}

export interface FitOptions {
  readonly epochs: number;
  /** Examples per update, or 'full' for all at once. */
  readonly batchSize: number | 'full';
  /** Evaluated after each epoch. */
  readonly validation?: Dataset;
  /** A new order in each epoch; true if not given. */
  readonly shuffle?: boolean;
  /** Leaves out a last batch that is not full; false if not given. */
  readonly dropLast?: boolean;
  /** Ends the run at the next step boundary. */
  readonly signal?: AbortSignal;
}

/** What a run leaves behind. */
export interface FitResult {
  readonly reason: FitEnd['reason'];
  readonly detail?: string;
  readonly history: readonly EpochResult[];
}

/** A run in the middle of which training stands: enough to go on with the same numbers. */
export interface RunPosition {
  /** Epoch in which the run began. */
  readonly firstEpoch: number;
  /** Batches done in the present epoch. */
  readonly stepInEpoch: number;
  /** Sum of loss·examples, and examples, of the present epoch. */
  readonly lossSum: number;
  readonly examples: number;
  readonly history: readonly EpochResult[];
}

/** Trains, evaluates and uses one model. A second `fit` goes on where the first ended. */
export class Trainer {
  readonly events: TypedEvents<TrainingEvents>;
  /** Updates done. */
  step = 0;
  /** Epochs done. */
  epoch = 0;
  /** Where an unfinished run stands. @internal */
  run: RunPosition | undefined;
  /** Metric states of the present epoch. @internal */
  metricStates: HostTensor[];
  /** @internal */
  readonly program: TrainingProgram;
  readonly seed: number;
  readonly #schedule: Schedule | undefined;
  readonly #base: number;
  readonly #random: RandomSource;
  #total = { steps: 1, perEpoch: 1 };
  #prepared: Promise<void> | undefined;
  #running = false;
  #stop: { readonly reason: 'stopped' | 'aborted'; readonly detail: string } | undefined;

  /** @internal Use app.trainer. */
  constructor(
    readonly engine: Engine,
    readonly registry: Registry,
    readonly model: Model,
    readonly options: TrainerOptions,
  ) {
    const {
      loss,
      optimizer,
      schedule,
      metrics = [],
      regularizers = [],
      gradientTransforms = [],
      loggers = [],
      seed = 0,
      onHandlerError = 'throw',
    } = options;
    this.events = createTrainingEvents({ onHandlerError });
    this.seed = seed;
    this.#random = new RandomSource(seed);
    const rule = registry.create('optimizer', optimizer);
    this.#base = rule.learningRate ?? 0;
    this.#schedule = schedule && registry.create('schedule', schedule);
    const hooks = regularizers.map((choice, i) => ({
      name: `regularizer${i + 1}`,
      regularizer: registry.create('regularizer', choice),
    }));
    this.program = new TrainingProgram(
      engine,
      {
        model,
        loss: registry.create('loss', loss),
        optimizer: stepRuleOf(rule),
        transforms: gradientTransforms.map((choice, i) => ({
          name: `transform${i + 1}`,
          transform: registry.create('gradientTransform', choice),
        })),
        regularizers: hooks,
        metrics: metrics.map((choice) => ({ name: metricName(choice), metric: registry.create('metric', choice) })),
      },
      () => ({ step: this.step, learningRate: this.learningRate, random: this.#random }),
    );
    this.metricStates = this.program.initialMetrics();
    for (const { regularizer } of hooks) regularizer.attach?.(this);
    for (const choice of loggers) registry.create('logger', choice).attach(this);
  }

  /** The rate of the next update. */
  get learningRate(): number {
    const context = { base: this.#base, totalSteps: this.#total.steps, stepsPerEpoch: this.#total.perEpoch };
    return this.#schedule ? this.#schedule(this.step, context) : this.#base;
  }

  /** Calls `handler` on every event of that name; returns the undo. Boundary events wait for the handler's promise. */
  on<E extends keyof TrainingEvents & string>(event: E, handler: EventHandler<TrainingEvents[E]>): () => void {
    return this.events.on(event, handler);
  }

  once<E extends keyof TrainingEvents & string>(event: E, handler: EventHandler<TrainingEvents[E]>): () => void {
    return this.events.once(event, handler);
  }

  off<E extends keyof TrainingEvents & string>(event: E, handler: EventHandler<TrainingEvents[E]>): void {
    this.events.off(event, handler);
  }

  /** Ends the present run after the step that is under way. */
  stop(reason = 'stop() was called'): void {
    this.#stop ??= { reason: 'stopped', detail: reason };
  }

  /**
   * Trains for some epochs; a restored trainer first finishes the run that it was saved in.
   * @throws AdjointError `DATA_INVALID` for data that do not fit the model; whatever a handler threw.
   */
  async fit(
    dataset: Dataset,
    { epochs, batchSize, validation, shuffle = true, dropLast = false, signal }: FitOptions,
  ): Promise<FitResult> {
    if (this.#running)
      throw new AdjointError(
        'OPTIONS_INVALID',
        'fit: this trainer is running already; await the first call, or make another trainer.',
      );
    if (!Number.isInteger(epochs) || epochs < 1)
      throw new AdjointError('OPTIONS_INVALID', `fit: epochs is ${epochs}; it must be a whole number ≥ 1.`);
    checkDataset(dataset, this.model);
    if (validation) checkDataset(validation, this.model);
    this.#running = true;
    this.#stop = undefined;
    const onAbort = (): void => {
      this.#stop ??= { reason: 'aborted', detail: String(signal?.reason ?? 'aborted') };
    };
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort);
    const loader = new Loader(dataset, { batchSize, shuffle, dropLast, seed: this.seed });
    let run = (this.run ??= { firstEpoch: this.epoch, stepInEpoch: 0, lossSum: 0, examples: 0, history: [] });
    loader.position = { seed: this.seed, epoch: this.epoch, index: run.stepInEpoch };
    this.#total = { steps: (run.firstEpoch + epochs) * loader.batchesPerEpoch, perEpoch: loader.batchesPerEpoch };
    const progress = (): Progress => ({
      epoch: this.epoch,
      step: this.step,
      stepInEpoch: this.run?.stepInEpoch ?? 0,
      epochs: run.firstEpoch + epochs,
      stepsPerEpoch: loader.batchesPerEpoch,
    });
    let end: { reason: FitEnd['reason']; detail?: string } = { reason: 'completed' };
    try {
      await this.prepare();
      await this.events.emitAndWait('fit:start', {
        ...progress(),
        parameters: this.model.parameterCount,
        batchSize: batchSize === 'full' ? dataset.size : batchSize,
      });
      while (this.epoch < run.firstEpoch + epochs && !this.#stop) {
        await this.#runEpoch(loader, progress, validation);
        run = this.run!;
      }
      if (this.#stop) end = this.#stop;
    } catch (error) {
      end = { reason: 'failed', detail: error instanceof Error ? error.message : String(error) };
      await this.events.emitAndWait('error', { error }).catch(() => undefined);
      throw error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#running = false;
      const { history } = this.run!;
      const last = progress();
      if (end.reason === 'completed') this.run = undefined;
      const finished = this.events.emitAndWait('fit:end', { ...last, ...end, history });
      // The error that ended the run is the one to throw.
      await (end.reason === 'failed' ? finished.catch(() => undefined) : finished);
      run = { ...run, history };
    }
    return { ...end, history: run.history };
  }

  /** Loss and metrics over a dataset, without training. */
  async evaluate(
    dataset: Dataset,
    { batchSize = 256 }: { readonly batchSize?: number | 'full' } = {},
  ): Promise<MetricValues> {
    checkDataset(dataset, this.model);
    const breather = new Breather();
    let states = this.program.initialMetrics();
    let lossSum = 0;
    for (const indices of batches(dataset, { batchSize, shuffle: false })) {
      const batch = await dataset.batch(indices);
      checkBatch(batch, this.model);
      const [loss, ...rest] = await this.program.evaluate.call([...batch.inputs, batch.targets, ...states]);
      lossSum += loss!.data[0]! * indices.length;
      states = rest.slice(0, states.length);
      await breather.breathe();
    }
    return { loss: lossSum / dataset.size, ...this.#finish(states) };
  }

  /** The model's outputs for a dataset, or for arrays of examples (one per model input): [examples, …output]. */
  async predict(
    inputs: Dataset | TensorLike | readonly HostTensor[],
    { batchSize = 256 }: { readonly batchSize?: number } = {},
  ): Promise<HostTensor> {
    const arrays = isDataset(inputs)
      ? undefined
      : Array.isArray(inputs) && isHostTensor(inputs[0])
        ? (inputs as readonly HostTensor[])
        : [hostTensor(inputs as TensorLike)];
    const size = isDataset(inputs) ? inputs.size : arrays![0]!.shape[0]!;
    const exampleSize = sizeOf(this.model.output.shape);
    const result = allocateArray(this.model.output.dtype, size * exampleSize);
    const breather = new Breather();
    for (const indices of batches({ size }, { batchSize, shuffle: false })) {
      const batch = isDataset(inputs)
        ? (await inputs.batch(indices)).inputs
        : arrays!.map((array) => rowsOf(array, indices));
      const [output] = await this.program.predict.call(batch);
      result.set(output!.data, indices[0]! * exampleSize);
      await breather.breathe();
    }
    return { data: result, shape: [size, ...this.model.output.shape], dtype: this.model.output.dtype };
  }

  /** Milliseconds of each kernel of one training step on a batch, slowest first. Parameters are left as they were. */
  async profile(batch: Batch): Promise<{ readonly kernel: string; readonly milliseconds: number }[]> {
    await this.prepare();
    const before = await this.state();
    const inputs = [...batch.inputs, batch.targets, ...this.metricStates];
    await this.program.train.call(inputs);
    const { plan, milliseconds } = await this.program.train.profile(inputs);
    this.restore(before);
    if (!milliseconds)
      throw new AdjointError(
        'BACKEND_UNSUPPORTED',
        `The backend ${this.engine.backend.name} does not measure kernels.`,
      );
    return plan.program.kernels
      .map(({ label }, i) => ({ kernel: label, milliseconds: milliseconds[i]! }))
      .sort((a, b) => b.milliseconds - a.milliseconds);
  }

  /** Everything that is needed to go on with the same numbers; see `saveCheckpoint` of @adjoint/io for files. */
  async state(): Promise<TrainerState> {
    await this.prepare();
    return saveTrainer(this);
  }

  /** Takes over a saved state; nothing is changed unless all of it fits. */
  async restore(state: TrainerState): Promise<void> {
    await this.prepare();
    restoreTrainer(this, state);
  }

  /** Allocates optimizer slots. @internal */
  prepare(): Promise<void> {
    return (this.#prepared ??= this.program.prepare());
  }

  async #runEpoch(loader: Loader, progress: () => Progress, validation: Dataset | undefined): Promise<void> {
    const start = performance.now();
    const breather = new Breather();
    if (this.run!.stepInEpoch === 0) {
      this.metricStates = this.program.initialMetrics();
      this.run = { ...this.run!, lossSum: 0, examples: 0 };
    }
    await this.events.emitAndWait('epoch:start', progress());
    while (this.run!.stepInEpoch < loader.batchesPerEpoch && !this.#stop) {
      await this.#runStep(await loader.next(), progress);
      await breather.breathe();
      const failure = this.events.takeFailure();
      if (failure) throw failure.error;
    }
    await this.events.settled();
    const failure = this.events.takeFailure();
    if (failure) throw failure.error;
    if (this.run!.stepInEpoch < loader.batchesPerEpoch) return;

    const { lossSum, examples } = this.run!;
    const metrics = { loss: lossSum / examples, ...this.#finish(this.metricStates) };
    const validated = validation && (await this.#validate(validation, progress));
    const result: EpochResult = { epoch: this.epoch, metrics, ...(validated && { validation: validated }) };
    const ended = progress();
    this.run = { ...this.run!, stepInEpoch: 0, history: [...this.run!.history, result] };
    this.epoch++;
    await this.events.emitAndWait('epoch:end', { ...ended, ...result, milliseconds: performance.now() - start });
  }

  async #runStep(batch: Batch, progress: () => Progress): Promise<void> {
    checkBatch(batch, this.model);
    this.events.emitStep('step:start', progress);
    const start = performance.now();
    const examples = batch.targets.shape[0]!;
    const before = progress();
    const { learningRate } = this;
    const [lossTensor, ...rest] = await this.program.train.call([...batch.inputs, batch.targets, ...this.metricStates]);
    const loss = lossTensor!.data[0]!;
    const count = this.metricStates.length;
    this.metricStates = rest.slice(0, count);
    this.step++;
    this.run = {
      ...this.run!,
      stepInEpoch: this.run!.stepInEpoch + 1,
      lossSum: this.run!.lossSum + loss * examples,
      examples: this.run!.examples + examples,
    };
    if (!Number.isFinite(loss)) {
      const message = `The loss is ${loss} at step ${before.step}; lower the learning rate, clip gradients, or look for extreme values in the data.`;
      this.events.emitStep('warning', () => ({ code: 'NON_FINITE', message, details: { step: before.step, loss } }));
    }
    this.events.emitStep('step:end', () => ({
      ...before,
      loss,
      metrics: this.#finish(rest.slice(count)),
      learningRate,
      examples,
      milliseconds: performance.now() - start,
    }));
  }

  async #validate(dataset: Dataset, progress: () => Progress): Promise<MetricValues> {
    const start = performance.now();
    await this.events.emitAndWait('validation:start', progress());
    const metrics = await this.evaluate(dataset);
    await this.events.emitAndWait('validation:end', {
      ...progress(),
      metrics,
      milliseconds: performance.now() - start,
    });
    return metrics;
  }

  #finish(states: readonly HostTensor[]): Record<string, number> {
    const result: Record<string, number> = {};
    for (const { name, metric, state } of this.program.metricStates(states)) {
      const value = metric.finish(state);
      if (typeof value === 'number') result[name] = value;
      else for (const [part, figure] of Object.entries(value)) result[`${name}/${part}`] = figure;
    }
    return result;
  }
}

function metricName(choice: Choice<'metric'>): string {
  const { name, label } = readChoice('metric', choice);
  return label ?? name;
}

function isDataset(value: unknown): value is Dataset {
  return typeof value === 'object' && value !== null && 'batch' in value && typeof value.batch === 'function';
}

/** Examples of an array by their numbers, which follow each other. */
function rowsOf({ data, shape, dtype }: HostTensor, indices: Int32Array): HostTensor {
  const row = sizeOf(shape.slice(1));
  const first = indices[0]! * row;
  return {
    data: data.subarray(first, first + indices.length * row),
    shape: [indices.length, ...shape.slice(1)],
    dtype,
  };
}
