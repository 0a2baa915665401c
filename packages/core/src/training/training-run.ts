import { AdjointError } from '../errors.js';
import type { EpochResult, MetricValues } from '../model/build-context.js';
import type { FitEnd } from './training-events.js';
import { checkBatch, checkDataset } from '../data/check-batch.js';
import type { Batch, Dataset } from '../data/dataset.js';
import { Loader } from '../data/loader.js';
import { Breather } from '../data/breather.js';
import type { FitOptions, FitResult, RunPosition } from './trainer-options.js';
import type { Trainer } from './trainer.js';

/** One call of `fit`: takes a trainer from where it stands through epochs and steps, up to the last or to a stop. */
export class TrainingRun {
  /** The step that the backend is busy with: in between, variables and counters do not belong together. */
  underWay: Promise<unknown> | undefined;
  readonly #loader: Loader;
  /** Of the whole run: many epochs may pass in no time. */
  readonly #breather = new Breather();
  #stop: { readonly reason: 'stopped' | 'aborted'; readonly detail: string } | undefined;
  /** The first error is the one that ended the run. */
  #failure: { readonly error: unknown } | undefined;

  /** @throws AdjointError `OPTIONS_INVALID`, or `DATA_INVALID` for data that do not fit the model. */
  constructor(
    readonly trainer: Trainer,
    readonly dataset: Dataset,
    readonly options: FitOptions,
  ) {
    const { epochs, batchSize, validation, shuffle = true, dropLast = false } = options;
    const { model, seed } = trainer;
    if (!Number.isSafeInteger(epochs) || epochs < 1)
      throw new AdjointError('OPTIONS_INVALID', `fit: epochs is ${epochs}; it must be a whole number ≥ 1.`);
    checkDataset(dataset, model);
    if (validation) checkDataset(validation, model);
    this.#loader = new Loader(dataset, { batchSize, shuffle, dropLast, seed });
  }

  /** Ends the run after the step that is under way. */
  stop(reason: 'stopped' | 'aborted', detail: string): void {
    this.#stop ??= { reason, detail };
  }

  /** Trains to the end. Rejects with the error that ended the run early, if one did. */
  async complete(): Promise<FitResult> {
    const { trainer } = this;
    const { signal } = this.options;
    const lastEpoch = this.#begin();
    const onAbort = (): void => this.stop('aborted', String(signal?.reason ?? 'aborted'));
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort);
    try {
      await this.#attempt(() => this.#train(lastEpoch));
      const result = { ...this.#outcome(), history: trainer.run!.history };
      const last = trainer.progress;
      if (trainer.epoch >= lastEpoch) trainer.run = undefined;
      await this.#attempt(() => trainer.events.emitAndWait('fit:end', { ...last, ...result }));
      if (this.#failure) throw this.#failure.error;
      return result;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Takes up the run that was broken off, or begins a new one; returns the epoch at which it ends. */
  #begin(): number {
    const { trainer } = this;
    const { batchesPerEpoch } = this.#loader;
    const run: RunPosition = trainer.run ?? {
      firstEpoch: trainer.epoch,
      stepInEpoch: 0,
      lossSum: 0,
      examples: 0,
      history: [],
    };
    // A run may have ended between the last step of an epoch and its validation.
    const [epoch, index] =
      run.stepInEpoch === batchesPerEpoch ? [trainer.epoch + 1, 0] : [trainer.epoch, run.stepInEpoch];
    this.#loader.position = { seed: trainer.seed, epoch, index };
    const lastEpoch = run.firstEpoch + this.options.epochs;
    trainer.total = { epochs: lastEpoch, steps: lastEpoch * batchesPerEpoch, perEpoch: batchesPerEpoch };
    trainer.run = run;
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
    const { trainer, dataset } = this;
    const { batchSize } = this.options;
    await trainer.prepare();
    await trainer.events.emitAndWait('fit:start', {
      ...trainer.progress,
      parameters: trainer.model.parameterCount,
      batchSize: batchSize === 'full' ? dataset.size : batchSize,
    });
    while (trainer.epoch < lastEpoch && !this.#stop) await this.#runEpoch();
  }

  async #runEpoch(): Promise<void> {
    const { trainer } = this;
    const { validation } = this.options;
    const { batchesPerEpoch } = this.#loader;
    const start = performance.now();
    if (trainer.run!.stepInEpoch === 0) {
      trainer.metricStates = trainer.evaluation.metrics.initial;
      trainer.run = { ...trainer.run!, lossSum: 0, examples: 0 };
    }
    await trainer.events.emitAndWait('epoch:start', trainer.progress);
    while (trainer.run!.stepInEpoch < batchesPerEpoch && !this.#stop) {
      await this.#runStep(await this.#loader.next());
      await this.#breather.breathe();
      this.#throwFailure();
    }
    await trainer.events.settled();
    this.#throwFailure();
    if (trainer.run!.stepInEpoch < batchesPerEpoch) return;

    const { lossSum, examples } = trainer.run!;
    const metrics = { loss: lossSum / examples, ...trainer.evaluation.metrics.finish(trainer.metricStates) };
    const validated = validation && (await this.#validate(validation));
    const result: EpochResult = { epoch: trainer.epoch, metrics, ...(validated && { validation: validated }) };
    const ended = trainer.progress;
    trainer.run = { ...trainer.run!, stepInEpoch: 0, history: [...trainer.run!.history, result] };
    trainer.epoch++;
    await trainer.events.emitAndWait('epoch:end', { ...ended, ...result, milliseconds: performance.now() - start });
  }

  async #runStep(batch: Batch): Promise<void> {
    const { trainer } = this;
    const { events, evaluation } = trainer;
    checkBatch(batch, trainer.model);
    events.emitStep('step:start', () => trainer.progress);
    const start = performance.now();
    const examples = batch.targets.shape[0]!;
    const before = trainer.progress;
    const { learningRate } = trainer;
    const call = trainer.program.train.call([...batch.inputs, batch.targets, ...trainer.metricStates]);
    this.underWay = call;
    const [lossTensor, ...states] = await call.finally(() => (this.underWay = undefined));
    const loss = lossTensor!.data[0]!;
    const count = trainer.metricStates.length;
    trainer.metricStates = states.slice(0, count);
    trainer.step++;
    const { stepInEpoch, lossSum, examples: seen, ...run } = trainer.run!;
    trainer.run = {
      ...run,
      stepInEpoch: stepInEpoch + 1,
      lossSum: lossSum + loss * examples,
      examples: seen + examples,
    };
    if (!Number.isFinite(loss)) {
      const message = `The loss is ${loss} at step ${before.step}; lower the learning rate, clip gradients, or look for extreme values in the data.`;
      events.emitStep<'warning'>('warning', () => ({
        code: 'NON_FINITE',
        message,
        details: { step: before.step, loss },
      }));
    }
    events.emitStep('step:end', () => ({
      ...before,
      loss,
      metrics: evaluation.metrics.finish(states.slice(count)),
      learningRate,
      examples,
      milliseconds: performance.now() - start,
    }));
  }

  async #validate(dataset: Dataset): Promise<MetricValues> {
    const { trainer } = this;
    const start = performance.now();
    await trainer.events.emitAndWait('validation:start', trainer.progress);
    const metrics = await trainer.evaluate(dataset);
    const milliseconds = performance.now() - start;
    await trainer.events.emitAndWait('validation:end', { ...trainer.progress, metrics, milliseconds });
    return metrics;
  }

  #outcome(): { reason: FitEnd['reason']; detail?: string } {
    if (!this.#failure) return this.#stop ?? { reason: 'completed' };
    const { error } = this.#failure;
    return { reason: 'failed', detail: error instanceof Error ? error.message : String(error) };
  }

  #throwFailure(): void {
    const failure = this.trainer.events.takeFailure();
    if (failure) throw failure.error;
  }
}
