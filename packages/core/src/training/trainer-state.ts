import { AdjointError } from '../errors.js';
import type { Composition } from '../model/composition.js';
import type { Variable } from '../engine/variable.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { formatShape, sameShape } from '../tensor/shape.js';
import type { RunPosition } from './trainer-options.js';
import type { Trainer } from './trainer.js';

/** What a saved trainer says about itself; plain JSON. */
export interface TrainerMetadata {
  readonly format: 'adjoint/trainer/2';
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
  // Asked for together, so that no step comes between.
  const variables = [...variablesOf(trainer)].map(async ([name, variable]) => [name, await variable.read()] as const);
  const plugins = registry.plugins().map(({ name, version }) => ({ name, version }));
  const metadata: TrainerMetadata = {
    format: 'adjoint/trainer/2',
    plugins,
    composition: model.composition,
    step,
    epoch,
    seed,
    ...(run && { run }),
  };
  const metrics = metricStates.map((state, i) => [`metric/${i}`, state] as const);
  return { metadata, tensors: new Map([...(await Promise.all(variables)), ...metrics]) };
}

/** Checks all of a state, then takes it over. */
export function restoreTrainer(trainer: Trainer, { metadata, tensors }: TrainerState, source: string): void {
  const variables = variablesOf(trainer);
  const problems: string[] = [];
  if (metadata.format !== 'adjoint/trainer/2')
    problems.push(`its format is ${String(metadata.format)} instead of adjoint/trainer/2`);
  if (metadata.seed !== trainer.seed)
    problems.push(`it was trained with seed ${metadata.seed}, this trainer has ${trainer.seed}`);
  if (JSON.stringify(metadata.composition) !== JSON.stringify(trainer.model.composition))
    problems.push('its model is composed of other layers or options');
  if (![metadata.step, metadata.epoch].every(isCount)) problems.push('its step or epoch is no whole number ≥ 0');
  if (metadata.run !== undefined && !isPosition(metadata.run, metadata))
    problems.push('its position in the run is broken');
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
      `${source}: does not fit the trainer: ${problems.join('; ')}. Make the trainer with the options it was saved with. Nothing was changed.`,
    );
  }
  for (const [name, variable] of variables) variable.restore(tensors.get(name)!);
  trainer.metricStates = trainer.metricStates.map((_, i) => tensors.get(`metric/${i}`)!);
  trainer.step = metadata.step;
  trainer.epoch = metadata.epoch;
  // JSON has no NaN: a loss that was not finite comes back as null.
  trainer.run = metadata.run && { ...metadata.run, lossSum: metadata.run.lossSum ?? NaN };
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isPosition(
  { firstEpoch, stepInEpoch, examples, lossSum, history }: RunPosition,
  { epoch, step }: TrainerMetadata,
): boolean {
  return (
    [firstEpoch, stepInEpoch, examples].every(isCount) &&
    firstEpoch <= epoch &&
    stepInEpoch <= step &&
    (typeof lossSum === 'number' || lossSum === null) &&
    Array.isArray(history)
  );
}
