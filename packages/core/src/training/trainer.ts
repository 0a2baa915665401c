import type { Compiled, Engine } from '../engine/engine.js';
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
import { evaluationPass } from '../model/evaluation-pass.js';
import type { Model } from '../model/model.js';
import type { Examples, PredictOptions } from '../model/predict.js';
import { RandomSource } from '../random/random-source.js';
import type { Choice, Created, Kind } from '../registry/kinds.js';
import { readChoice, shortName } from '../registry/choice.js';
import type { Registry } from '../registry/registry.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { checkBatch, checkDataset } from './check-batch.js';
import type { Batch, Dataset } from './dataset.js';
import { Evaluation, type EvaluateOptions } from './evaluation.js';
import { Loader } from './loader.js';
import { Breather } from './macrotask.js';
import { MetricSet } from './metric-set.js';
import { stepRuleOf } from './optimizer.js';
import { TrainingProgram } from './program.js';
import type { Schedule } from './schedule.js';
import { EVENTS, RANDOM } from './services.js';
import type { FitOptions, FitResult, RunPosition, TrainerOptions } from './trainer-options.js';
import { restoreTrainer, saveTrainer, type TrainerState } from './trainer-state.js';

/** Trains, evaluates and uses one model. A second `fit` goes on where the first ended. */
export class Trainer {
  readonly events: TypedEvents<TrainingEvents>;
  /** Updates done. */
  step = 0;
  /** Epochs done. */
  epoch = 0;
  readonly seed: number;
  /** Where an unfinished run stands. @internal */
  run: RunPosition | undefined;
  /** Metric states of the present epoch. @internal */
  metricStates: readonly HostTensor[];
  /** @internal */
  readonly program: TrainingProgram;
  /** Loss and metrics without training. @internal */
  readonly evaluation: Evaluation;
  readonly #schedule: Schedule | undefined;
  readonly #base: number;
  readonly #random: RandomSource;
  #total = { epochs: 0, steps: 1, perEpoch: 1 };
  #preparing: Promise<void> | undefined;
  #isPrepared = false;
  #isRunning = false;
  /** The step that the backend is busy with: in between, variables and counters do not belong together. */
  #underWay: Promise<unknown> | undefined;
  #stop: { readonly reason: 'stopped' | 'aborted'; readonly detail: string } | undefined;

  /** @internal Use app.trainer. */
  constructor(
    readonly engine: Engine,
    readonly registry: Registry,
    readonly model: Model,
    readonly options: TrainerOptions,
  ) {
    const { seed = 0, onHandlerError = 'throw', schedule } = options;
    this.events = createTrainingEvents({ onHandlerError });
    this.seed = seed;
    this.#random = new RandomSource(seed);
    const services = registry.services.createScope();
    services.provide(EVENTS, { value: this.events });
    services.provide(RANDOM, { value: this.#random });
    const create = <K extends Kind>(kind: K, choice: Choice<K>): Created<K> => registry.create(kind, choice, services);

    const optimizer = create('optimizer', options.optimizer);
    this.#base = optimizer.learningRate ?? 1;
    this.#schedule = schedule && create('schedule', schedule);
    const loss = create('loss', options.loss);
    const metrics = new MetricSet(
      engine,
      named('metric', options.metrics, ['loss']).map(({ name, choice }) => ({
        name,
        metric: create('metric', choice),
      })),
      { outputs: model.output.shape.at(-1) ?? 1 },
    );
    const regularizers = named('regularizer', options.regularizers).map(({ name, choice }) => ({
      name,
      regularizer: create('regularizer', choice),
    }));
    const transforms = named('gradientTransform', options.gradientTransforms).map(({ name, choice }) => ({
      name,
      transform: create('gradientTransform', choice),
    }));
    const onCompiled = ({ name, kernels, arenaBytes, milliseconds }: Compiled): void =>
      this.events.emitStep('plan:compiled', () => ({ plan: name, kernels, bytes: arenaBytes, milliseconds }));
    this.program = new TrainingProgram(
      engine,
      { model, loss, optimizer: stepRuleOf(optimizer), transforms, regularizers, metrics },
      () => ({ step: this.step, learningRate: this.learningRate, random: this.#random }),
      onCompiled,
    );
    const forward = (inputs: Parameters<Model['apply']>[0]): ReturnType<Model['apply']> =>
      model.apply(inputs, evaluationPass);
    const { inputs, output } = model;
    this.evaluation = new Evaluation(engine, { inputs, output, forward }, loss, metrics, onCompiled);
    this.metricStates = metrics.initial;
    for (const { regularizer } of regularizers) regularizer.attach?.(this);
    for (const choice of options.loggers ?? []) create('logger', choice).attach(this);
  }

  /** The rate of the next update. */
  get learningRate(): number {
    const context = { base: this.#base, totalSteps: this.#total.steps, stepsPerEpoch: this.#total.perEpoch };
    return this.#schedule ? this.#schedule(this.step, context) : this.#base;
  }

  /** Where training stands; epochs and steps are those of the latest run. */
  get progress(): Progress {
    const { epochs, perEpoch } = this.#total;
    return {
      epoch: this.epoch,
      step: this.step,
      stepInEpoch: this.run?.stepInEpoch ?? 0,
      epochs,
      stepsPerEpoch: perEpoch,
    };
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

  /** Ends the present run after the step that is under way. */
  stop(reason = 'stop() was called'): void {
    this.#stop ??= { reason: 'stopped', detail: reason };
  }

  /**
   * Trains for some epochs. After a run that was stopped, aborted or restored, the same call finishes that run.
   * @throws AdjointError `DATA_INVALID` for data that do not fit the model; whatever a handler threw.
   */
  async fit(dataset: Dataset, options: FitOptions): Promise<FitResult> {
    const { epochs, batchSize, validation, shuffle = true, dropLast = false, signal } = options;
    this.#assertIdle('fit');
    if (!Number.isSafeInteger(epochs) || epochs < 1)
      throw new AdjointError('OPTIONS_INVALID', `fit: epochs is ${epochs}; it must be a whole number ≥ 1.`);
    checkDataset(dataset, this.model);
    if (validation) checkDataset(validation, this.model);
    const loader = new Loader(dataset, { batchSize, shuffle, dropLast, seed: this.seed });
    const run = this.run ?? { firstEpoch: this.epoch, stepInEpoch: 0, lossSum: 0, examples: 0, history: [] };
    // A run may have ended between the last step of an epoch and its validation.
    const next = run.stepInEpoch === loader.batchesPerEpoch ? [this.epoch + 1, 0] : [this.epoch, run.stepInEpoch];
    loader.position = { seed: this.seed, epoch: next[0]!, index: next[1]! };
    const lastEpoch = run.firstEpoch + epochs;
    this.#total = { epochs: lastEpoch, steps: lastEpoch * loader.batchesPerEpoch, perEpoch: loader.batchesPerEpoch };
    this.run = run;
    this.#isRunning = true;
    this.#stop = undefined;
    const onAbort = (): void => {
      this.#stop ??= { reason: 'aborted', detail: String(signal?.reason ?? 'aborted') };
    };
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort);

    let failure: { readonly error: unknown } | undefined;
    const attempt = async (work: () => Promise<void>): Promise<void> => {
      try {
        await work();
      } catch (error) {
        if (failure) return; // the first error is the one that ended the run
        failure = { error };
        await this.events.emitAndWait('error', { error }).catch(() => undefined);
      }
    };
    try {
      await attempt(async () => {
        await this.prepare();
        await this.events.emitAndWait('fit:start', {
          ...this.progress,
          parameters: this.model.parameterCount,
          batchSize: batchSize === 'full' ? dataset.size : batchSize,
        });
        while (this.epoch < lastEpoch && !this.#stop) await this.#runEpoch(loader, validation);
      });
      const result = { ...this.#outcome(failure), history: this.run.history };
      const last = this.progress;
      if (this.epoch >= lastEpoch) this.run = undefined;
      await attempt(() => this.events.emitAndWait('fit:end', { ...last, ...result }));
      if (failure) throw (failure as { readonly error: unknown }).error;
      return result;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#isRunning = false;
    }
  }

  /** Loss and metrics over a dataset, without training. */
  evaluate(dataset: Dataset, options?: EvaluateOptions): Promise<MetricValues> {
    return this.evaluation.run(dataset, options);
  }

  /** The model's outputs for examples: [examples, …output]. */
  predict(examples: Examples, options?: PredictOptions): Promise<HostTensor> {
    return this.model.predict(examples, options);
  }

  /** Milliseconds of each kernel of one training step on a batch, slowest first. The trainer is left as it was. */
  async profile(batch: Batch): Promise<{ readonly kernel: string; readonly milliseconds: number }[]> {
    this.#assertIdle('profile');
    const before = await this.state();
    const inputs = [...batch.inputs, batch.targets, ...this.metricStates];
    await this.program.train.call(inputs);
    const { plan, milliseconds } = await this.program.train.profile(inputs);
    await this.restore(before);
    if (!milliseconds)
      throw new AdjointError(
        'BACKEND_UNSUPPORTED',
        `The backend ${this.engine.backend.name} does not measure kernels.`,
      );
    return plan.program.kernels
      .map(({ label }, i) => ({ kernel: label, milliseconds: milliseconds[i]! }))
      .sort((a, b) => b.milliseconds - a.milliseconds);
  }

  /**
   * Everything that is needed to go on with the same numbers, of the present step boundary, also in a handler and in the
   * middle of an epoch; see `saveCheckpoint` of @adjoint/io for files.
   */
  async state(): Promise<TrainerState> {
    if (!this.#isPrepared) await this.prepare();
    while (this.#underWay) await this.#underWay.catch(() => undefined);
    return saveTrainer(this);
  }

  /**
   * Takes over a saved state; nothing is changed unless all of it fits. `fit` with the same data and options then
   * finishes the run. `source` names the state in errors.
   * @throws AdjointError `FILE_INVALID` that lists what does not fit.
   */
  async restore(state: TrainerState, { source = 'state' }: { readonly source?: string } = {}): Promise<void> {
    this.#assertIdle('restore');
    await this.prepare();
    restoreTrainer(this, state, source);
  }

  /** Allocates optimizer slots. @internal */
  prepare(): Promise<void> {
    return (this.#preparing ??= this.program.prepare().then(() => void (this.#isPrepared = true)));
  }

  async #runEpoch(loader: Loader, validation: Dataset | undefined): Promise<void> {
    const start = performance.now();
    const breather = new Breather();
    if (this.run!.stepInEpoch === 0) {
      this.metricStates = this.evaluation.metrics.initial;
      this.run = { ...this.run!, lossSum: 0, examples: 0 };
    }
    await this.events.emitAndWait('epoch:start', this.progress);
    while (this.run!.stepInEpoch < loader.batchesPerEpoch && !this.#stop) {
      await this.#runStep(await loader.next());
      await breather.breathe();
      this.#throwFailure();
    }
    await this.events.settled();
    this.#throwFailure();
    if (this.run!.stepInEpoch < loader.batchesPerEpoch) return;

    const { lossSum, examples } = this.run!;
    const metrics = { loss: lossSum / examples, ...this.evaluation.metrics.finish(this.metricStates) };
    const validated = validation && (await this.#validate(validation));
    const result: EpochResult = { epoch: this.epoch, metrics, ...(validated && { validation: validated }) };
    const ended = this.progress;
    this.run = { ...this.run!, stepInEpoch: 0, history: [...this.run!.history, result] };
    this.epoch++;
    await this.events.emitAndWait('epoch:end', { ...ended, ...result, milliseconds: performance.now() - start });
  }

  async #runStep(batch: Batch): Promise<void> {
    checkBatch(batch, this.model);
    this.events.emitStep('step:start', () => this.progress);
    const start = performance.now();
    const examples = batch.targets.shape[0]!;
    const before = this.progress;
    const { learningRate } = this;
    const call = this.program.train.call([...batch.inputs, batch.targets, ...this.metricStates]);
    this.#underWay = call;
    const [lossTensor, ...states] = await call.finally(() => (this.#underWay = undefined));
    const loss = lossTensor!.data[0]!;
    const count = this.metricStates.length;
    this.metricStates = states.slice(0, count);
    this.step++;
    const { stepInEpoch, lossSum, examples: seen, ...run } = this.run!;
    this.run = {
      ...run,
      stepInEpoch: stepInEpoch + 1,
      lossSum: lossSum + loss * examples,
      examples: seen + examples,
    };
    if (!Number.isFinite(loss)) {
      const message = `The loss is ${loss} at step ${before.step}; lower the learning rate, clip gradients, or look for extreme values in the data.`;
      this.events.emitStep('warning', () => ({ code: 'NON_FINITE', message, details: { step: before.step, loss } }));
    }
    this.events.emitStep('step:end', () => ({
      ...before,
      loss,
      metrics: this.evaluation.metrics.finish(states.slice(count)),
      learningRate,
      examples,
      milliseconds: performance.now() - start,
    }));
  }

  async #validate(dataset: Dataset): Promise<MetricValues> {
    const start = performance.now();
    await this.events.emitAndWait('validation:start', this.progress);
    const metrics = await this.evaluate(dataset);
    await this.events.emitAndWait('validation:end', {
      ...this.progress,
      metrics,
      milliseconds: performance.now() - start,
    });
    return metrics;
  }

  #outcome(failure: { readonly error: unknown } | undefined): { reason: FitEnd['reason']; detail?: string } {
    if (!failure) return this.#stop ?? { reason: 'completed' };
    const { error } = failure;
    return { reason: 'failed', detail: error instanceof Error ? error.message : String(error) };
  }

  #throwFailure(): void {
    const failure = this.events.takeFailure();
    if (failure) throw failure.error;
  }

  #assertIdle(what: string): void {
    if (!this.#isRunning) return;
    throw new AdjointError(
      'OPTIONS_INVALID',
      `${what}: this trainer is running; wait until fit has returned, or make another trainer.`,
    );
  }
}

/** Choices of a kind with a name each, which their figures, slots and random numbers go by: sgd, sgd_2, … */
function named<K extends Kind>(
  kind: K,
  choices: readonly Choice<K>[] = [],
  taken: readonly string[] = [],
): { readonly name: string; readonly choice: Choice<K> }[] {
  const names = new Set(taken);
  return choices.map((choice) => {
    const { name: registered, label } = readChoice(kind, choice);
    const base = shortName(registered);
    if (label !== undefined && names.has(label))
      throw new AdjointError('OPTIONS_INVALID', `trainer: the ${kind} name '${label}' is taken; choose another.`);
    let name = label ?? base;
    for (let count = 2; names.has(name); count++) name = `${base}_${count}`;
    names.add(name);
    return { name, choice };
  });
}
