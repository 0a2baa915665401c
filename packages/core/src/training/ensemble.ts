import type { Engine } from '../engine/engine.js';
import type { TracedFunction } from '../engine/traced-function.js';
import { AdjointError } from '../errors.js';
import type { MetricValues } from '../model/build-context.js';
import { createTrainingEvents, type TrainingEvents } from './training-events.js';
import type { EventHandler } from '../events/typed-events.js';
import type { Tensor } from '../graph/tensor.js';
import type { Composition } from '../model/composition.js';
import { evaluationContext } from '../model/evaluation-context.js';
import { Model } from '../model/model.js';
import { predict, type Examples, type PredictOptions } from '../model/predict.js';
import { RandomSource } from '../random/random-source.js';
import type { Choice } from '../registry/kinds.js';
import type { Registry } from '../registry/registry.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { severalOf, type Several } from '../tensor/several.js';
import { batches } from '../data/batches.js';
import { checkBatch, checkData } from '../data/check-batch.js';
import type { Batch, Dataset } from '../data/dataset.js';
import { RecordFunction } from './record-function.js';
import { numbersOf } from './scoring.js';
import type { Parts } from './totals.js';
import { recordOf } from './training-step.js';
import type { EnsembleStrategy } from './ensemble-strategy.js';
import type { EvaluateOptions } from './evaluation.js';
import type { FitOptions, FitResult, TrainerOptions } from './trainer-options.js';
import { Trainer } from './trainer.js';

export interface EnsembleOptions {
  readonly strategy: Choice<'ensemble'>;
  readonly trainer: TrainerOptions;
  /** Members get seed, seed + 1, …; 0 if not given. */
  readonly seed?: number;
}

/** Several models of one composition, trained one after the other and used as one. */
export class Ensemble {
  readonly members: readonly Trainer[];
  readonly #strategy: EnsembleStrategy;
  readonly #measure: RecordFunction<Batch, Parts>;
  readonly #predict: TracedFunction;
  readonly #events = createTrainingEvents();
  readonly #seed: number;

  /** @internal Use app.ensemble. */
  constructor(
    readonly engine: Engine,
    registry: Registry,
    composition: Composition,
    { strategy, trainer, seed = 0 }: EnsembleOptions,
  ) {
    this.#strategy = registry.create('ensemble', strategy);
    this.#seed = seed;
    const { members } = this.#strategy;
    if (!Number.isInteger(members) || members < 1)
      throw new AdjointError(
        'OPTIONS_INVALID',
        `ensemble: ${members} members; there must be a whole number ≥ 1 of them.`,
      );
    this.members = Array.from(
      { length: members },
      (_, i) =>
        new Trainer(engine, registry, new Model(engine, registry, composition, seed + i), {
          ...trainer,
          seed: seed + i,
        }),
    );
    const combined = (inputs: Several<Tensor>): Tensor =>
      this.#strategy.combine(this.members.map(({ model }) => model.apply(inputs, evaluationContext(model.dtype))[0]));
    const { program } = this.#first;
    const { scoring } = program.recipe;
    this.#measure = new RecordFunction<Batch, Parts>(engine, 'evaluate', (batch) => {
      const outputs = [combined(batch.inputs)] as const;
      const inputs = program.inputs(false);
      return scoring.measure(batch, outputs, scoring.reduce(batch, outputs, inputs), inputs);
    });
    this.#predict = engine.trace((tensors) => [combined(severalOf(tensors))], 'predict');
  }

  /** Calls `handler` on `ensemble:member`, before each member is trained. Members have events of their own. */
  on(event: 'ensemble:member', handler: EventHandler<TrainingEvents['ensemble:member']>): () => void {
    return this.#events.on(event, handler);
  }

  /** Trains the members in turn. */
  async fit(dataset: Dataset, options: FitOptions): Promise<FitResult[]> {
    const results: FitResult[] = [];
    for (const [index, member] of this.members.entries()) {
      await this.#events.emitAndWait('ensemble:member', { index, count: this.members.length, weight: 1 });
      const random = new RandomSource(this.#seed).child(`member/${index}`);
      results.push(await member.fit(this.#strategy.data?.(dataset, index, random) ?? dataset, options));
    }
    return results;
  }

  /** Loss and metrics of the combined outputs over a dataset. */
  async evaluate(dataset: Dataset, { batchSize = 256 }: EvaluateOptions = {}): Promise<MetricValues> {
    const { model, host, program } = this.#first;
    const { scoring } = program.recipe;
    const totals = scoring.totals();
    checkData(dataset, model);
    for (const indices of batches(dataset, { batchSize, shuffle: false })) {
      const batch = await dataset.batch(indices);
      checkBatch(batch, model);
      totals.add(await this.#measure.call(recordOf(batch)));
    }
    return numbersOf(scoring.figures(totals, host));
  }

  get #first(): Trainer {
    return this.members[0]!;
  }

  /** The combined outputs: [examples, …output]. */
  predict(examples: Examples, options?: PredictOptions): Promise<HostTensor> {
    return predict(this.#predict, this.members[0]!.model, examples, options).then(([output]) => output);
  }
}
