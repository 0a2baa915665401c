import { Breather } from '../data/breather.js';
import { batches } from '../data/batches.js';
import { checkData } from '../data/check-batch.js';
import { readBatch } from '../data/read-batch.js';
import type { Dataset } from '../data/dataset.js';
import { Model } from '../model/model.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { severalOf } from '../tensor/several.js';
import type { Trainer } from './trainer.js';

export interface ExportOptions {
  /** Data whose batches renew running statistics, in training mode, while the parameters rest. */
  readonly recalibrate?: Dataset;
  /** Examples per batch of it; 256 if not given. */
  readonly batchSize?: number;
}

/** Parameters and states by name, with the values that evaluation uses. */
export async function evaluationWeights(trainer: Trainer): Promise<Map<string, HostTensor>> {
  const { engine, model, program } = trainer;
  const { trained } = program.recipe.optimizer;
  const [values, weights] = await Promise.all([
    engine.trace(() => program.evaluationTrace().evaluationValues(), 'export').call([]),
    model.weights(),
  ]);
  trained.forEach(({ name }, i) => weights.set(name, values[i]!));
  return weights;
}

/** A copy of a trainer's model with the values that evaluation uses. */
export async function exportModel(trainer: Trainer, { recalibrate, batchSize = 256 }: ExportOptions): Promise<Model> {
  const { engine, registry, model, program } = trainer;
  const copy = new Model(engine, registry, model.composition, model.seed);
  copy.load(await trainer.weights());
  if (!recalibrate) return copy;

  checkData(recalibrate, copy);
  const breather = new Breather();
  const renew = engine.trace((inputs) => {
    const context = program.inputs().contextOf('');
    copy.apply(severalOf(inputs), {
      ...context,
      value: (of) => (typeof of === 'object' && 'variable' in of ? of.variable.value : context.value(of)),
      update: (state, value) => void state.variable.assign(value),
    });
    return [];
  }, 'recalibrate');
  for (const indices of batches(recalibrate, { batchSize, shuffle: false })) {
    await renew.call((await readBatch(recalibrate, indices)).inputs);
    await breather.breathe();
  }
  return copy;
}
