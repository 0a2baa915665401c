import { checkBatch, checkInputs } from '../data/check-batch.js';
import type { Batch } from '../data/dataset.js';
import { checkForm } from '../data/read-batch.js';
import { allocateArray } from '../tensor/dtype.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { sizeOf } from '../tensor/shape.js';
import type { Trainer } from './trainer.js';

/** The loss of a batch while training, with all penalties, and what it gives for each trained parameter. */
export interface BatchGradients {
  readonly loss: number;
  /** ∂loss/∂w by the parameter's name, in its shape; before gradient transforms, without those that are frozen. */
  readonly gradients: ReadonlyMap<string, HostTensor>;
}

/** The gradients of a trainer's step on a batch, of which nothing is updated. */
export async function batchGradients(trainer: Trainer, batch: Batch): Promise<BatchGradients> {
  const { model, program } = trainer;
  checkForm(batch);
  const types = batch.inputs.map(({ shape, dtype }) => ({ shape: shape.slice(1), dtype }));
  checkInputs(types, model.inputs, 'gradients');
  checkBatch(batch, model);
  program.recipe.scoring.check(batch);
  await trainer.prepare();
  const { losses } = await program.gradientsOf(batch, false);
  const trained = program.recipe.optimizer.trained.map(({ name, variable: { type } }, i): [string, HostTensor] => {
    const data = allocateArray(type.dtype, sizeOf(type.shape));
    // Losses that are divided by different weights have gradients of their own, which add up.
    for (const { gradients } of losses) gradients[i]!.data.forEach((value, j) => (data[j]! += value));
    return [name, { data, shape: type.shape, dtype: type.dtype }];
  });
  return {
    loss: losses.reduce((sum, { loss }) => sum + loss.data[0]!, 0),
    gradients: new Map(trained),
  };
}
