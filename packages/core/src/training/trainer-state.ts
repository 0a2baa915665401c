import { AdjointError } from '../errors.js';
import type { Composition } from '../model/composition.js';
import type { Variable } from '../engine/variable.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { formatShape, sameShape } from '../tensor/shape.js';
import type { RunPosition, Trainer } from './trainer.js';

/** What a saved trainer says about itself; plain JSON. */
export interface TrainerMetadata {
  readonly format: 'adjoint/trainer/1';
  readonly plugins: readonly { readonly name: string; readonly version: string }[];
  readonly composition: Composition;
  readonly step: number;
  readonly epoch: number;
  readonly seed: number;
  readonly run?: RunPosition;
}

/** A trainer at a step boundary: weights, running statistics, optimizer slots, metric states, and where it stands. */
export interface TrainerState {
  readonly metadata: TrainerMetadata;
  /** Named `model/…`, `optimizer/…` and `metric/…`. */
  readonly tensors: ReadonlyMap<string, HostTensor>;
}

function variablesOf({ model, program }: Trainer): Map<string, Variable> {
  return new Map([
    ...[...model.parameters, ...model.states].map(({ name, variable }) => [`model/${name}`, variable] as const),
    ...[...program.slots].map(([name, variable]) => [`optimizer/${name}`, variable] as const),
  ]);
}

export async function saveTrainer(trainer: Trainer): Promise<TrainerState> {
  const { step, epoch, seed, run, model, registry, metricStates } = trainer;
  const tensors = new Map<string, HostTensor>();
  for (const [name, variable] of variablesOf(trainer)) tensors.set(name, await variable.read());
  metricStates.forEach((state, i) => tensors.set(`metric/${i}`, state));
  const plugins = registry.plugins().map(({ name, version }) => ({ name, version }));
  return {
    metadata: {
      format: 'adjoint/trainer/1',
      plugins,
      composition: model.composition,
      step,
      epoch,
      seed,
      ...(run && { run }),
    },
    tensors,
  };
}

/** Checks all of a state, then takes it over. */
export function restoreTrainer(trainer: Trainer, { metadata, tensors }: TrainerState): void {
  const variables = variablesOf(trainer);
  const problems: string[] = [];
  if (metadata.format !== 'adjoint/trainer/1')
    problems.push(`its format is ${String(metadata.format)} instead of adjoint/trainer/1`);
  if (metadata.seed !== trainer.seed)
    problems.push(`it was trained with seed ${metadata.seed}, this trainer has ${trainer.seed}`);
  if (![metadata.step, metadata.epoch].every((count) => Number.isSafeInteger(count) && count >= 0))
    problems.push('its step or epoch is no whole number ≥ 0');
  const expect = (name: string, shape: readonly number[], dtype: string): void => {
    const given = tensors.get(name);
    if (!given) problems.push(`${name} is missing`);
    else if (!sameShape(given.shape, shape) || given.dtype !== dtype)
      problems.push(`${name} is ${given.dtype} ${formatShape(given.shape)} instead of ${dtype} ${formatShape(shape)}`);
  };
  for (const [name, { type }] of variables) expect(name, type.shape, type.dtype);
  trainer.metricStates.forEach(({ shape, dtype }, i) => expect(`metric/${i}`, shape, dtype));
  for (const name of tensors.keys()) {
    if (!variables.has(name) && !(name.startsWith('metric/') && Number(name.slice(7)) < trainer.metricStates.length))
      problems.push(`${name} is unknown here`);
  }
  if (problems.length > 0) {
    throw new AdjointError(
      'FILE_INVALID',
      `This state does not fit the trainer: ${problems.join('; ')}. Make the trainer with the options it was saved with. Nothing was changed.`,
    );
  }
  for (const [name, variable] of variables) variable.restore(tensors.get(name)!);
  trainer.metricStates = trainer.metricStates.map((_, i) => tensors.get(`metric/${i}`)!);
  trainer.step = metadata.step;
  trainer.epoch = metadata.epoch;
  trainer.run = metadata.run;
}
