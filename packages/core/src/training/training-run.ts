import { AdjointError } from '../errors.js';
import { validateOptions } from '../registry/options/index.js';
import { CHECKPOINTER, type CheckpointPlan, type Checkpoints } from './checkpoints.js';
import { stopReason } from './named-hooks.js';
import { emitWarning, type FitEnd } from './training-events.js';
import { checkBatch, checkData, checkSource } from '../data/check-batch.js';
import type { Batch, Dataset } from '../data/dataset.js';
import { batchSource, isDataset, prefetch, type BatchSource } from '../data/source.js';
import { Breather } from '../data/breather.js';
import { DivergenceWatch } from './divergence.js';
import { hostStep } from './host-rule.js';
import type { Figure } from './metric.js';
import { fitOptions, streamOptions } from './option-schemas.js';
import { checkPlan, readingPlan } from './reading-plan.js';
import { numbersOf } from './scoring.js';
import { printableResult } from './describe-result.js';
import type { FitOptions, FitResult, Read, ReadingPlan, RunPosition, StreamOptions } from './trainer-options.js';
import type { Trainer } from './trainer.js';
import { epochResult, keepValues, restoreTrainer, takeBackKept } from './trainer-state.js';
import type { TrainingState } from './training-state.js';
import type { Parts } from './totals.js';

/** Why a run ends before its last epoch. */
interface Stop {
  readonly reason: 'stopped' | 'aborted';
  readonly detail: string;
  /** Whether the run is over, and not only interrupted. */
  readonly isFinal?: boolean;
}

/** One call of `fit`: takes a trainer from where it stands through epochs and steps, up to the last or to a stop. */
export class TrainingRun {
  /** What changes variables at present, with the booking: in between, they and the counters do not belong together. */
  underWay: Promise<unknown> | undefined;
  #checkpoints: Checkpoints | undefined;
  readonly #source: BatchSource;
  /** Batches per update. */
  readonly #together: number;
  readonly #plan: ReadingPlan;
  /** Of the whole run: many epochs may pass in no time. */
  readonly #breather = new Breather();
  readonly #watch: DivergenceWatch;
  #stop: Stop | undefined;
  /** The first error is the one that ended the run. */
  #failure: { readonly error: unknown } | undefined;

  /** @throws AdjointError `OPTIONS_INVALID`, or `DATA_INVALID` for data that do not fit the model. */
  constructor(
    readonly trainer: Trainer,
    readonly data: Dataset | BatchSource,
    readonly options: Read<FitOptions | StreamOptions>,
  ) {
    const { model } = trainer;
    this.#watch = new DivergenceWatch(trainer.events);
    checkData(data, model, checkSource);
    validateOptions(isDataset(data) ? fitOptions : streamOptions, options, 'fit');
    const { validation, accumulate = 1, prefetch: ahead = 0 } = options;
    if (validation) checkData(validation, model);
    this.#together = accumulate;
    this.#plan = readingPlan(data, options);
    const source = isDataset(data) ? this.#batchesOf(data, options as Read<FitOptions>) : data;
    this.#source = ahead > 0 ? prefetch(source, ahead) : source;
  }

  /** Ends the run after the step that is under way. */
  stop(reason: Stop['reason'], detail: string): void {
    this.#stop ??= { reason, detail };
  }

  /** Trains to the end. Rejects with the error that ended the run early, if one did. */
  async complete(): Promise<FitResult> {
    const { trainer } = this;
    const { signal, checkpoint } = this.options;
    trainer.events.letGo();
    if (checkpoint) this.#checkpoints = await this.#openCheckpoints(checkpoint);
    const lastEpoch = this.#begin();
    const onAbort = (): void => this.stop('aborted', String(signal?.reason ?? 'aborted'));
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort);
    try {
      await this.#attempt(() => this.#train(lastEpoch));
      if (!this.#failure) await this.#attempt(() => this.#seeParameters());
      const isOver = trainer.epoch >= lastEpoch || this.#stop?.isFinal === true;
      if (isOver) await this.#attempt(() => this.#change(takeBackKept(trainer)));
      // Saved as a run that has nothing left to do, so that the same call of fit goes on to what comes after it.
      await this.#attempt(async () => this.#checkpoints?.end());
      if (isOver && this.#stop?.reason === 'aborted') this.#stop = undefined;
      const diverged = this.#watch.first;
      const result = printableResult({
        ...this.#outcome(),
        ...(diverged && { diverged }),
        history: this.#standing.history,
      });
      const last = trainer.progress;
      if (isOver) [this.#standing.run, this.#standing.kept] = [undefined, undefined];
      await this.#attempt(() => trainer.events.emitAndWait('fit:end', { ...last, ...result }));
      if (this.#failure) throw this.#failure.error;
      return result;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      trainer.events.letGo();
    }
  }

  /** Where the run is saved; takes up the run that is saved there, if that is asked for and this trainer has not begun. */
  async #openCheckpoints(plan: CheckpointPlan): Promise<Checkpoints> {
    const { trainer } = this;
    const { services } = trainer.registry;
    if (!services.has(CHECKPOINTER))
      throw new AdjointError(
        'SERVICE_MISSING',
        "fit: checkpoint: nothing in this app keeps checkpoints; create it with plugins: [checkpointFiles], which '@adjoint/io/node' has, or provide CHECKPOINTER.",
      );
    const { found, follow } = await services.resolve(CHECKPOINTER)(plan);
    if (found && trainer.step === 0 && this.#standing.run === undefined) {
      await trainer.prepare();
      await this.#change(restoreTrainer(trainer, found, plan.path));
      await trainer.events.emitAndWait('checkpoint:load', { ...trainer.progress, source: plan.path });
    }
    return follow(trainer);
  }

  /** Lets nobody ask for a state before a change is done. */
  #change<T>(change: Promise<T>): Promise<T> {
    const done = change.finally(() => (this.underWay = undefined));
    this.underWay = done;
    return done;
  }

  get #standing(): TrainingState {
    return this.trainer.standing;
  }

  /** The present position; there is one from `#begin` on. */
  get #run(): RunPosition {
    return this.#standing.run!;
  }

  /** Updates of an epoch; infinite where only the end of the stream tells. */
  get #stepsPerEpoch(): number {
    const { batchesPerEpoch = Infinity } = this.#source;
    return Math.min(this.options.stepsPerEpoch ?? Infinity, Math.ceil(batchesPerEpoch / this.#together));
  }

  #batchesOf(data: Dataset, options: Read<FitOptions>): BatchSource {
    const { batchSize, shuffle, dropLast, sampler } = options;
    const slices = batchSize === 'full' && this.#together > 1;
    return batchSource(data, {
      ...(shuffle !== undefined && { shuffle }),
      ...(dropLast !== undefined && { dropLast }),
      batchSize: slices ? Math.ceil(data.size / this.#together) : batchSize,
      sampler: sampler && this.trainer.registry.create('sampler', sampler),
    });
  }

  /** Takes up the run that was broken off, or begins a new one; returns the epoch at which it ends. */
  #begin(): number {
    const state = this.#standing;
    const known = state.run;
    const hasBegun = known !== undefined && (known.stepInEpoch > 0 || known.history.length > 0);
    if (hasBegun) checkPlan(this.trainer, known.plan, this.#plan);
    else state.kept = undefined;
    state.run = hasBegun
      ? { ...known, plan: this.#plan }
      : { firstEpoch: state.epoch, stepInEpoch: 0, history: [], plan: this.#plan };
    const { firstEpoch, history } = state.run;
    const lastEpoch = firstEpoch + this.options.epochs;
    const perEpoch = this.#stepsPerEpoch;
    state.history = history;
    state.total = { epochs: lastEpoch, steps: lastEpoch * perEpoch, perEpoch };
    return lastEpoch;
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.#failure) return;
      this.#failure = { error };
      await this.trainer.events.emitAndWait('error', { error }).catch(() => undefined);
    }
  }

  async #train(lastEpoch: number): Promise<void> {
    const { trainer, data } = this;
    const { batchSize } = this.#plan;
    await trainer.prepare();
    await trainer.events.emitAndWait('fit:start', {
      ...trainer.progress,
      parameters: trainer.model.parameterCount,
      ...(batchSize !== undefined && {
        batchSize: batchSize === 'full' && isDataset(data) ? data.size : Number(batchSize),
      }),
    });
    while (trainer.epoch < lastEpoch && !this.#stopped()) await this.#runEpoch();
    await trainer.events.settled();
    this.#throwFailure();
  }

  /** Whether the run is to end; regularizers are asked between epochs, also at the start of a run that is resumed. */
  #stopped(): boolean {
    const { history } = this.#standing;
    if (!this.#stop && history.length > 0 && this.#run.stepInEpoch === 0) {
      const detail = stopReason(this.trainer.program.recipe.regularizers, history);
      if (detail !== undefined) this.#stop = { reason: 'stopped', detail, isFinal: true };
    }
    return this.#stop !== undefined;
  }

  async #runEpoch(): Promise<void> {
    const { trainer } = this;
    const { events } = trainer;
    const state = this.#standing;
    const start = performance.now();
    if (this.#run.stepInEpoch === 0) state.totals = trainer.program.recipe.scoring.totals();
    await events.emitAndWait('epoch:start', trainer.progress);
    const isComplete = await this.#runSteps();
    await events.settled();
    this.#throwFailure();
    if (!isComplete) return;

    const { validation } = this.options;
    const figures = trainer.program.recipe.scoring.figures(state.totals, trainer.host);
    const validated = validation && numbersOf(await this.#validate(validation));
    const result = epochResult({
      epoch: trainer.epoch,
      metrics: numbersOf(figures),
      ...(validated && { validation: validated }),
    });
    const ended = trainer.progress;
    const history = Object.freeze([...state.history, result]);
    const isBest = trainer.program.recipe.regularizers.some(({ hooks }) => hooks.keep?.(history));
    const kept = isBest ? await keepValues(trainer) : state.kept;
    for (const { hooks } of trainer.program.recipe.regularizers) {
      const notice = hooks.notice?.(history);
      if (notice) emitWarning(events, notice);
    }
    [state.history, state.kept] = [history, kept];
    state.run = { ...this.#run, stepInEpoch: 0, history: state.history };
    state.epoch++;
    await events.emitAndWait('epoch:end', { ...ended, ...result, figures, milliseconds: performance.now() - start });
  }

  /** The steps of an epoch that are left; whether all of them were done. */
  async #runSteps(): Promise<boolean> {
    const { trainer } = this;
    const steps = this.#stepsPerEpoch;
    const index = this.#run.stepInEpoch * this.#together;
    if (this.#run.stepInEpoch >= steps) return true;
    const reader = this.#source.batches({ seed: trainer.seed, epoch: trainer.epoch, index })[Symbol.asyncIterator]();
    try {
      while (this.#run.stepInEpoch < steps) {
        if (this.#stop) return false;
        const batches: Batch[] = [];
        while (batches.length < this.#together) {
          const { done, value } = await reader.next();
          if (done) break;
          batches.push(value);
        }
        const [first, ...others] = batches;
        if (!first) return true;
        await this.#runStep([first, ...others]);
        await this.#breather.breathe();
        this.#throwFailure();
      }
      return true;
    } finally {
      await reader.return?.();
    }
  }

  async #runStep(batches: readonly [Batch, ...Batch[]]): Promise<void> {
    const { trainer } = this;
    const { events } = trainer;
    const { scoring } = trainer.program.recipe;
    const state = this.#standing;
    for (const batch of batches) {
      checkBatch(batch, trainer.model);
      scoring.check(batch);
    }
    events.emitStep('step:start', () => trainer.progress);
    const start = performance.now();
    const before = trainer.progress;
    const { learningRate } = trainer;
    const standing = trainer.host.standing();
    const own = scoring.totals();
    await this.#change(
      this.#update(batches).then((parts) => {
        for (const part of parts) {
          own.add(part);
          state.totals.add(part);
        }
        state.step++;
        state.run = { ...this.#run, stepInEpoch: this.#run.stepInEpoch + 1 };
      }),
    );
    let known: Readonly<Record<string, Figure>> | undefined;
    const figures = (): Readonly<Record<string, Figure>> => (known ??= scoring.figures(own, trainer.host));
    const loss = scoring.loss(own, trainer.host);
    // A mean of nothing is no number, but says nothing of the run.
    if (scoring.hasCounted(own)) this.#watch.see('loss', loss, before.step);
    events.emitStep('step:end', () => {
      const { loss: _, penalty = 0, ...metrics } = numbersOf(figures());
      const examples = batches.reduce((sum, { inputs }) => sum + inputs[0].shape[0]!, 0);
      const milliseconds = performance.now() - start;
      // What varies is known once the step has been traced.
      const varying = trainer.varyingAt(standing);
      return { ...before, loss, penalty, metrics, figures: figures(), learningRate, varying, examples, milliseconds };
    });
    const { validation, validateEvery } = this.options;
    if (validation && validateEvery !== undefined && state.step % validateEvery === 0) await this.#validate(validation);
  }

  #update(batches: readonly Batch[]): Promise<Parts[]> {
    const { program } = this.trainer;
    return program.recipe.optimizer.host ? hostStep(this.trainer, batches) : program.run(batches);
  }

  async #validate(dataset: Dataset): Promise<Readonly<Record<string, Figure>>> {
    const { trainer } = this;
    const start = performance.now();
    await trainer.events.emitAndWait('validation:start', trainer.progress);
    const figures = Object.freeze(await trainer.figures(dataset));
    const milliseconds = performance.now() - start;
    const metrics = numbersOf(figures);
    this.#watch.see('validation loss', metrics['loss'] ?? 0, trainer.step - 1);
    await trainer.events.emitAndWait('validation:end', { ...trainer.progress, metrics, figures, milliseconds });
    return figures;
  }

  async #seeParameters(): Promise<void> {
    const { trainer } = this;
    await this.#watch.seeParameters(trainer.program.recipe.optimizer.trained, trainer.step - 1);
  }

  #outcome(): { reason: FitEnd['reason']; detail?: string } {
    if (!this.#failure) {
      const { reason, detail } = this.#stop ?? { reason: 'completed' };
      return { reason, ...(detail !== undefined && { detail }) };
    }
    const { error } = this.#failure;
    return { reason: 'failed', detail: error instanceof Error ? error.message : String(error) };
  }

  #throwFailure(): void {
    const failure = this.trainer.events.takeFailure();
    if (failure) throw failure.error;
  }
}
