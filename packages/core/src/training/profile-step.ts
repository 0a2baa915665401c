import { checkBatch, checkInputs } from '../data/check-batch.js';
import type { Batch } from '../data/dataset.js';
import { checkForm } from '../data/read-batch.js';
import { profileFunction, type ProfileOptions } from '../profile/profile-function.js';
import type { Profile } from '../profile/profile.js';
import { restoreTrainer, saveTrainer } from './trainer-state.js';
import type { Trainer } from './trainer.js';
import { recordOf } from './batch-types.js';

/** Measures the kernels of a trainer's step on a batch, leaves the trainer as it was, and tells its observers. */
export async function profileStep(trainer: Trainer, batch: Batch, options?: ProfileOptions): Promise<Profile> {
  const { model, program, events } = trainer;
  checkForm(batch);
  const types = batch.inputs.map(({ shape, dtype }) => ({ shape: shape.slice(1), dtype }));
  checkInputs(types, model.inputs, 'profile');
  checkBatch(batch, model);
  await trainer.prepare();
  const before = await saveTrainer(trainer);
  let profile: Profile;
  try {
    const packed = program.train.pack(recordOf(batch));
    profile = await profileFunction(packed.program, packed.values, options);
  } finally {
    await restoreTrainer(trainer, before, 'profile');
  }
  await events.emitAndWait('profile', { profile });
  return profile;
}
