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
import { severalOf } from '../tensor/several.js';
import type { Dataset } from '../data/dataset.js';
import type { EnsembleStrategy } from './ensemble-strategy.js';
import { Evaluation, type EvaluateOptions } from './evaluation.js';
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
  readonly #evaluation: Evaluation;
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
    const combined = (inputs: readonly Tensor[]): Tensor =>
      this.#strategy.combine(
        this.members.map(({ model }) => model.apply(severalOf(inputs), evaluationContext(model.dtype))[0]),
      );
    const [first] = this.members as readonly [Trainer];
    const { inputs, output } = first.model;
    const { loss } = first.program.recipe;
    this.#evaluation = new Evaluation(engine, { inputs, output, forward: combined }, loss, first.evaluation.metrics);
    this.#predict = engine.trace((tensors) => [combined(tensors)], 'predict');
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
  evaluate(dataset: Dataset, options?: EvaluateOptions): Promise<MetricValues> {
    return this.#evaluation.run(dataset, options);
  }

  /** The combined outputs: [examples, …output]. */
  predict(examples: Examples, options?: PredictOptions): Promise<HostTensor> {
    return predict(this.#predict, this.members[0]!.model, examples, options).then(([output]) => output);
  }
}
