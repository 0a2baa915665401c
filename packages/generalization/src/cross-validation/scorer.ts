import {
  openData,
  type App,
  type DataReference,
  type HostTensor,
  type Job,
  type JobResult,
  type MetricValues,
  type Model,
  type Trainer,
} from '@adjoint/core';

/** Measures what jobs of one composition have left behind, with one model that takes their weights in turn. */
export class Scorer {
  readonly #trainer: Trainer;

  constructor(
    readonly app: App,
    { composition, trainer }: Pick<Job, 'composition' | 'trainer'>,
  ) {
    // Neither loggers nor penalties: the figures are those of the data.
    const { loggers: _, regularizers: _regularizers, ...options } = trainer;
    this.#trainer = app.trainer(app.build(composition), options);
  }

  get model(): Model {
    return this.#trainer.model;
  }

  /** Loss and metrics over some data; running statistics may be renewed by a pass over other data first. */
  async score(
    { weights }: Pick<JobResult, 'weights'>,
    data: DataReference,
    recalibrate?: DataReference,
  ): Promise<MetricValues> {
    const { model } = this;
    model.load(weights);
    if (recalibrate) {
      // Running means are exponential: small batches are more of them, and leave less of what was there before.
      const renewed = await this.#trainer.export({
        recalibrate: await openData(this.app.registry, recalibrate),
        batchSize: 64,
      });
      model.load(await renewed.weights());
    }
    return this.#trainer.evaluate(await openData(this.app.registry, data));
  }

  /** The first output for some data: [examples, …output]. */
  async predict({ weights }: Pick<JobResult, 'weights'>, data: DataReference): Promise<HostTensor> {
    this.#trainer.model.load(weights);
    const [output] = await this.#trainer.predictAll(await openData(this.app.registry, data));
    return output;
  }

  close(): Promise<void> {
    return this.#trainer.close();
  }
}
