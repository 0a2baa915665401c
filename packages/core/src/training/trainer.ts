import type { Compiled, Engine } from '../engine/engine.js';
import { AdjointError } from '../errors.js';
import type { MetricValues } from '../model/build-context.js';
import { createTrainingEvents, type Progress, type TrainingEvents } from './training-events.js';
import type { EventHandler, TypedEvents } from '../events/typed-events.js';
import type { Tensor, TensorType } from '../graph/tensor.js';
import { inspect, type Inspection } from '../inspect/inspect.js';
import { evaluationContext } from '../model/evaluation-context.js';
import type { Model } from '../model/model.js';
import type { Examples, PredictOptions } from '../model/predict.js';
import { profileFunction, type ProfileOptions } from '../profile/profile-function.js';
import type { Profile } from '../profile/profile.js';
import { RandomSource } from '../random/random-source.js';
import type { Choice, Created, Kind } from '../registry/kinds.js';
import type { Registry } from '../registry/registry.js';
import { severalOf } from '../tensor/several.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { checkBatch, checkInputs } from '../data/check-batch.js';
import type { Batch, Dataset } from '../data/dataset.js';
import { Evaluation, type EvaluateOptions } from './evaluation.js';
import { MetricSet } from './metric-set.js';
import { namedChoices } from './named-choices.js';
import { stepRuleOf } from './optimizer.js';
import { TrainingStep } from './training-step.js';
import type { Schedule } from './schedule.js';
import { EVENTS, RANDOM } from './service-tokens.js';
import type { FitOptions, FitResult, RunPosition, TrainerOptions } from './trainer-options.js';
import { restoreTrainer, saveTrainer, type TrainerState } from './trainer-state.js';
import { TrainingRun } from './training-run.js';

/** What a batch looks like, without its values; a batch is one as well. */
export interface BatchTypes {
  /** `[examples, …shape]` of each input of the model. */
  readonly inputs: readonly TensorType[];
  /** `[examples, …shape]`. */
  readonly targets: TensorType;
}

/** What changes a trainer, one at a time. */
type Work = 'fit' | 'profile' | 'restore';

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
  /** Length of the latest run. @internal */
  total = { epochs: 0, steps: 1, perEpoch: 1 };
  /** Metric states of the present epoch. @internal */
  metricStates: readonly HostTensor[];
  /** @internal */
  readonly program: TrainingStep;
  /** Loss and metrics without training. @internal */
  readonly evaluation: Evaluation;
  readonly #schedule: Schedule | undefined;
  readonly #base: number;
  readonly #random: RandomSource;
  #preparing: Promise<void> | undefined;
  #isPrepared = false;
  #busyWith: Work | undefined;
  /** The run that `fit` is busy with. */
  #current: TrainingRun | undefined;

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
      namedChoices('metric', options.metrics, ['loss']).map(({ name, choice }) => ({
        name,
        metric: create('metric', choice),
      })),
      { outputs: model.output.shape.at(-1) ?? 1 },
    );
    const regularizers = namedChoices('regularizer', options.regularizers).map(({ name, choice }) => ({
      name,
      regularizer: create('regularizer', choice),
    }));
    const transforms = namedChoices('gradientTransform', options.gradientTransforms).map(({ name, choice }) => ({
      name,
      transform: create('gradientTransform', choice),
    }));
    const onCompiled = ({ name, kernels, arenaBytes, milliseconds }: Compiled): void =>
      this.events.emitStep('plan:compiled', () => ({ name, kernels, bytes: arenaBytes, milliseconds }));
    this.program = new TrainingStep(
      engine,
      { model, loss, optimizer: stepRuleOf(optimizer), transforms, regularizers, metrics },
      () => ({
        step: this.step,
        epoch: this.epoch,
        totalSteps: this.total.steps,
        stepsPerEpoch: this.total.perEpoch,
        history: this.run?.history ?? [],
        learningRate: this.learningRate,
        random: this.#random,
      }),
      onCompiled,
    );
    const evaluation = evaluationContext(model.dtype);
    const forward = (inputs: readonly Tensor[]): Tensor => model.apply(severalOf(inputs), evaluation)[0];
    const { inputs, output } = model;
    this.evaluation = new Evaluation(engine, { inputs, output, forward }, loss, metrics, onCompiled);
    this.metricStates = metrics.initial;
    for (const { regularizer } of regularizers) regularizer.attach?.(this);
    for (const choice of options.loggers ?? []) create('logger', choice).attach(this);
  }

  /** The rate of the next update. */
  get learningRate(): number {
    const context = { base: this.#base, totalSteps: this.total.steps, stepsPerEpoch: this.total.perEpoch };
    return this.#schedule ? this.#schedule(this.step, context) : this.#base;
  }

  /** Where training stands; epochs and steps are those of the latest run. */
  get progress(): Progress {
    const { epochs, perEpoch } = this.total;
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
    this.#current?.stop('stopped', reason);
  }

  /**
   * Trains for some epochs. After a run that was stopped, aborted or restored, the same call finishes that run.
   * @throws AdjointError `DATA_INVALID` for data that do not fit the model; whatever a handler threw.
   */
  fit(dataset: Dataset, options: FitOptions): Promise<FitResult> {
    return this.#alone('fit', async () => {
      this.#current = new TrainingRun(this, dataset, options);
      return this.#current.complete().finally(() => (this.#current = undefined));
    });
  }

  /** Loss and metrics over a dataset, without training. */
  evaluate(dataset: Dataset, options?: EvaluateOptions): Promise<MetricValues> {
    return this.evaluation.run(dataset, options);
  }

  /** The model's outputs for examples: [examples, …output]. */
  predict(examples: Examples, options?: PredictOptions): Promise<HostTensor> {
    return this.model.predict(examples, options);
  }

  /**
   * Where the time of a training step on this batch goes: runs some, measures each kernel, and leaves the trainer as it
   * was.
   * @throws AdjointError `BACKEND_UNSUPPORTED` if the backend does not measure kernels; `DATA_INVALID` for a batch that
   * does not fit the model.
   */
  profile(batch: Batch, options?: ProfileOptions): Promise<Profile> {
    return this.#alone('profile', async () => {
      checkInputs(
        batch.inputs.map(({ shape, dtype }) => ({ shape: shape.slice(1), dtype })),
        this.model.inputs,
        'profile',
      );
      checkBatch(batch, this.model);
      const before = await this.state();
      try {
        return await profileFunction(
          this.program.train,
          [...batch.inputs, batch.targets, ...this.metricStates],
          options,
        );
      } finally {
        restoreTrainer(this, before, 'profile');
      }
    });
  }

  /**
   * What becomes of the training step for batches of these types, from the graph to the generated code; see `inspect`.
   * Nothing is trained.
   */
  async inspect({ inputs, targets }: BatchTypes): Promise<Inspection> {
    await this.prepare();
    const states = this.evaluation.metrics.stateNames;
    return inspect(this.program.train, [...inputs, targets, ...this.metricStates], {
      inputs: [...this.model.inputs.map(({ name }) => name), 'targets', ...states],
      outputs: ['loss', ...states.map((name) => `${name}.next`), ...states.map((name) => `${name}.ofBatch`)],
    });
  }

  /**
   * Everything that is needed to go on with the same numbers, of the present step boundary, also in a handler and in the
   * middle of an epoch; see `saveCheckpoint` of @adjoint/io for files.
   */
  async state(): Promise<TrainerState> {
    if (!this.#isPrepared) await this.prepare();
    while (this.#current?.underWay) await this.#current.underWay.catch(() => undefined);
    return saveTrainer(this);
  }

  /**
   * Takes over a saved state; nothing is changed unless all of it fits. `fit` with the same data and options then
   * finishes the run. `source` names the state in errors.
   * @throws AdjointError `FILE_INVALID` that lists what does not fit.
   */
  restore(state: TrainerState, { source = 'state' }: { readonly source?: string } = {}): Promise<void> {
    return this.#alone('restore', async () => {
      await this.prepare();
      restoreTrainer(this, state, source);
    });
  }

  /** Allocates optimizer slots. @internal */
  prepare(): Promise<void> {
    return (this.#preparing ??= this.program.prepare().then(() => void (this.#isPrepared = true)));
  }

  /** Runs what must not meet another change of this trainer. */
  async #alone<T>(what: Work, work: () => Promise<T>): Promise<T> {
    if (this.#busyWith)
      throw new AdjointError(
        'OPTIONS_INVALID',
        `${what}: this trainer is running; wait until ${this.#busyWith} has returned, or make another trainer.`,
      );
    this.#busyWith = what;
    try {
      return await work();
    } finally {
      this.#busyWith = undefined;
    }
  }
}
