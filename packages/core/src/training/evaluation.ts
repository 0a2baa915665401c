import type { Engine } from '../engine/engine.js';
import type { TracedFunction } from '../engine/traced-function.js';
import type { MetricValues } from '../model/build-context.js';
import type { Tensor } from '../graph/tensor.js';
import type { InputSpecification } from '../model/composition.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { batches } from '../data/batches.js';
import { checkBatch, checkDataset } from '../data/check-batch.js';
import type { Dataset, VaryingType } from '../data/dataset.js';
import type { Loss } from './loss.js';
import { Breather } from '../data/breather.js';
import type { MetricSet } from './metric-set.js';

/** What is evaluated: the function from inputs to output of a model, or of several together. */
export interface Evaluated {
  readonly inputs: readonly InputSpecification[];
  readonly output: VaryingType;
  forward(inputs: readonly Tensor[]): Tensor;
}

/** Loss and metrics over datasets, without training. */
export class Evaluation {
  readonly program: TracedFunction;

  constructor(
    engine: Engine,
    readonly evaluated: Evaluated,
    loss: Loss,
    readonly metrics: MetricSet,
    onCompiled?: TracedFunction['onCompiled'],
  ) {
    const count = evaluated.inputs.length;
    this.program = engine.trace(
      (tensors) => {
        const targets = tensors[count]!;
        const output = evaluated.forward(tensors.slice(0, count));
        const batch = { output, targets, loss: loss(output, targets) };
        return [batch.loss, ...metrics.update(batch, tensors.slice(count + 1))];
      },
      'evaluate',
      onCompiled,
    );
  }

  /** The mean loss over all examples as `loss`, and the metrics. */
  async run(dataset: Dataset, { batchSize = 256 }: EvaluateOptions = {}): Promise<MetricValues> {
    checkDataset(dataset, this.evaluated);
    const breather = new Breather();
    let states: readonly HostTensor[] = this.metrics.initial;
    let lossSum = 0;
    for (const indices of batches(dataset, { batchSize, shuffle: false })) {
      const batch = await dataset.batch(indices);
      checkBatch(batch, this.evaluated);
      const [loss, ...next] = await this.program.call([...batch.inputs, batch.targets, ...states]);
      lossSum += loss!.data[0]! * indices.length;
      states = next;
      await breather.breathe();
    }
    return { loss: lossSum / dataset.size, ...this.metrics.finish(states) };
  }
}

export interface EvaluateOptions {
  /** Examples per run, or 'full' for all at once; 256 if not given. */
  readonly batchSize?: number | 'full';
}
