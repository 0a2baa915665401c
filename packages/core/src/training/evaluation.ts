import type { Compiled, Engine } from '../engine/engine.js';
import { batches } from '../data/batches.js';
import { Breather } from '../data/breather.js';
import type { Watched, WorkProgress } from '../data/work-progress.js';
import { checkBatch, checkData } from '../data/check-batch.js';
import { readBatch } from '../data/read-batch.js';
import type { Batch, Dataset } from '../data/dataset.js';
import { validateOptions } from '../registry/options/index.js';
import type { TracedFunction } from '../engine/traced-function.js';
import { severalOf } from '../tensor/several.js';
import type { MetricParts } from './metric.js';
import { evaluateOptions } from './option-schemas.js';
import { RecordFunction } from './record-function.js';
import type { TracedBatch } from './scored.js';
import type { Scoring } from './scoring.js';
import type { Parts, Totals } from './totals.js';
import { recordOf } from './batch-types.js';
import type { TrainingStep } from './training-step.js';

export interface EvaluateOptions extends Watched {
  /** Examples per run, or 'full' for all at once; 256 if not given. */
  readonly batchSize?: number | 'full';
}

/** Losses, metrics and outputs without training, with the values that averages and rules put in place of parameters. */
export class Evaluation {
  readonly #evaluate: RecordFunction<Batch, Parts>;
  readonly predict: TracedFunction;

  constructor(
    engine: Engine,
    readonly step: TrainingStep,
    onCompiled: (compiled: Compiled) => void,
    readonly onBatch: (progress: WorkProgress) => void,
  ) {
    this.#evaluate = new RecordFunction(engine, 'evaluate', (batch) => this.#measure(batch), onCompiled);
    this.predict = engine.trace((inputs) => step.evaluationTrace().evaluate(severalOf(inputs)), 'predict', onCompiled);
  }

  get #scoring(): Scoring {
    return this.step.recipe.scoring;
  }

  /** What is kept of a dataset, in the order of its examples. */
  async run(dataset: Dataset, options: EvaluateOptions = {}): Promise<Totals> {
    validateOptions(evaluateOptions, options, 'evaluate');
    const { batchSize = 256, onProgress } = options;
    const { model } = this.#scoring;
    checkData(dataset, model);
    const breather = new Breather();
    const totals = this.#scoring.totals();
    let done = 0;
    for (const indices of batches(dataset, { batchSize, shuffle: false })) {
      const batch = await readBatch(dataset, indices);
      checkBatch(batch, model);
      this.#scoring.check(batch);
      totals.add(await this.#evaluate.call(recordOf(batch)));
      done += indices.length;
      const progress = { work: 'evaluation', done, total: dataset.size, unit: 'examples' } as const;
      this.onBatch(progress);
      onProgress?.(progress);
      await breather.breathe();
    }
    return totals;
  }

  #measure(batch: TracedBatch): Record<string, MetricParts> {
    const trace = this.step.evaluationTrace();
    const outputs = trace.evaluate(batch.inputs);
    return this.#scoring.measure(batch, outputs, this.#scoring.reduce(batch, outputs, trace.inputs), trace.inputs);
  }
}
