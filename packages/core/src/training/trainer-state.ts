import { AdjointError } from '../errors.js';
import type { EpochResult } from '../model/build-context.js';
import { isPlain, type Composition } from '../model/composition.js';
import type { Variable } from '../engine/variable.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { formatShape, sameShape } from '../tensor/shape.js';
import { transformMeasure } from './scoring.js';
import { emitWarning, type Warning } from './training-events.js';
import type { Json } from './observer.js';
import type { RunPosition, TrainerOptions } from './trainer-options.js';
import type { Trainer } from './trainer.js';

/** The options of a trainer that decide its numbers. */
export type SavedOptions = Omit<TrainerOptions, 'seed' | 'onHandlerError' | 'loggers'>;

/** What a saved trainer says about itself; plain JSON, and enough to make the trainer again. */
export interface TrainerMetadata {
  readonly format: 'adjoint/trainer/2';
  readonly plugins: readonly { readonly name: string; readonly version: string }[];
  readonly composition: Composition;
  readonly trainer: SavedOptions;
  /** Of training. */
  readonly seed: number;
  /** Of the initial parameters. */
  readonly modelSeed: number;
  readonly step: number;
  readonly epoch: number;
  readonly run?: RunPosition;
  /** What loggers keep, by name. */
  readonly observers?: Readonly<Record<string, Json>>;
}

/** A trainer at a step boundary: weights, running statistics, slots, sums of the present epoch, and where it stands. */
export interface TrainerState {
  readonly metadata: TrainerMetadata;
  /**
   * Named `model/…`, `optimizer/…`, `transform/…`, `regularizer/…` and `metric/…`; those of the best epoch, where a
   * regularizer keeps it, with `best/` before.
   */
  readonly tensors: ReadonlyMap<string, HostTensor>;
}

function variablesOf({ model, program }: Trainer): Map<string, Variable> {
  return new Map([
    ...[...model.parameters, ...model.states].map(({ name, variable }) => [`model/${name}`, variable] as const),
    ...program.variables(),
  ]);
}

export async function saveTrainer(trainer: Trainer): Promise<TrainerState> {
  const { seed, standing, model, registry, observers } = trainer;
  const { step, epoch, run, host } = standing;
  // Sums are copied and variables asked for together, so that no step comes between.
  const metrics = [...standing.totals.tensors()].map(([name, tensor]) => [`metric/${name}`, tensor] as const);
  const driven = [...host].map(([name, tensor]) => [`optimizer/${name}`, tensor] as const);
  const kept = observers.flatMap(({ name, observer }) =>
    observer.state ? [[name, observer.state.save()] as const] : [],
  );
  const best = [...(standing.kept ?? [])].map(([name, tensor]) => [`best/${name}`, tensor] as const);
  const variables = readAll(variablesOf(trainer));
  const metadata: TrainerMetadata = {
    format: 'adjoint/trainer/2',
    plugins: registry.plugins().map(({ name, version }) => ({ name, version })),
    composition: model.composition,
    trainer: savedOptions(trainer.options),
    seed,
    modelSeed: model.seed,
    step,
    epoch,
    ...(run && { run }),
    ...(kept.length > 0 && { observers: Object.fromEntries(kept) }),
  };
  return { metadata, tensors: new Map([...metrics, ...(await variables), ...driven, ...best]) };
}

/** What evaluation reads: parameters, states, and what averages are kept in. */
function evaluatedOf(trainer: Trainer): Map<string, Variable> {
  const variables = [...variablesOf(trainer)];
  return new Map(trainer.averages ? variables : variables.filter(([name]) => name.startsWith('model/')));
}

async function readAll(variables: ReadonlyMap<string, Variable>): Promise<Map<string, HostTensor>> {
  return new Map(
    await Promise.all([...variables].map(async ([name, variable]) => [name, await variable.read()] as const)),
  );
}

/** The present values of what evaluation reads, to go back to. */
export function keepValues(trainer: Trainer): Promise<ReadonlyMap<string, HostTensor>> {
  return readAll(evaluatedOf(trainer));
}

/** Goes back to the best epoch, if one was kept. Who has asked for the present values before still gets them. */
export async function takeBackKept(trainer: Trainer): Promise<void> {
  const { kept } = trainer.standing;
  if (!kept) return;
  await trainer.engine.exclusively(async () => {
    for (const [name, variable] of evaluatedOf(trainer)) variable.restore(kept.get(name)!);
  });
}

/** @throws AdjointError `FILE_INVALID` for what is no state at all */
export function checkState(state: unknown): asserts state is TrainerState {
  const { metadata, tensors } = (state ?? {}) as Partial<TrainerState>;
  if (typeof metadata !== 'object' || metadata === null || !(tensors instanceof Map))
    throw new AdjointError(
      'FILE_INVALID',
      'restore: there is no state; pass what await trainer.state() or decodeCheckpoint gives.',
    );
}

/** Checks all of a state, then takes it over. Who has asked for the present values before still gets them. */
export async function restoreTrainer(trainer: Trainer, state: TrainerState, source: string): Promise<void> {
  checkState(state);
  const { metadata, tensors } = state;
  const variables = variablesOf(trainer);
  const problems = [...differences(trainer, metadata), ...misfits(trainer, variables, tensors)];
  if (problems.length > 0) {
    throw new AdjointError(
      'FILE_INVALID',
      `${source}: does not fit the trainer: ${problems.join('; ')}. Make the trainer with the options it was saved with. Nothing was changed.`,
    );
  }
  const { standing } = trainer;
  const under = (prefix: string): Map<string, HostTensor> =>
    new Map(
      [...tensors].flatMap(([name, tensor]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [])),
    );
  await trainer.engine.exclusively(async () => {
    for (const [name, variable] of variables) variable.restore(tensors.get(name)!);
  });
  const { classes } = metadata.composition;
  if (classes) trainer.model.nameClasses(classes);
  standing.totals.restore(under('metric/'));
  standing.host.clear();
  if (trainer.program.recipe.optimizer.host)
    for (const [name, tensor] of under('optimizer/')) standing.host.set(name, tensor);
  standing.step = metadata.step;
  standing.epoch = metadata.epoch;
  const best = under('best/');
  standing.kept = best.size > 0 ? best : undefined;
  standing.run = metadata.run && {
    ...metadata.run,
    history: Object.freeze(metadata.run.history.map((result) => epochResult(withNumbers(result)))),
  };
  standing.history = standing.run?.history ?? [];
  for (const { name, observer } of trainer.observers) {
    const kept = metadata.observers?.[name];
    if (kept !== undefined) observer.state?.restore(kept);
  }
  const changed = otherVersions(trainer, metadata);
  if (changed) emitWarning(trainer.events, { ...changed, message: `${source}: ${changed.message}` });
}

/** Plugins that have another version than when the state was saved: its numbers may go on otherwise. */
function otherVersions({ registry }: Trainer, { plugins }: TrainerMetadata): Warning | undefined {
  const present = new Map(registry.plugins().map(({ name, version }) => [name, version]));
  const others = plugins
    .filter(({ name, version }) => present.has(name) && present.get(name) !== version)
    .map(({ name, version }) => `${name} was ${version} and is ${present.get(name)}`);
  if (others.length === 0) return undefined;
  return {
    code: 'OPTIONS_INVALID',
    message: `saved with other versions of plugins, so that its numbers may go on otherwise: ${others.join('; ')}.`,
    details: { plugins: others },
  };
}

/** A result that nobody can change: those of a run decide when it ends. */
export function epochResult({ epoch, metrics, validation }: EpochResult): EpochResult {
  return Object.freeze({
    epoch,
    metrics: Object.freeze({ ...metrics }),
    ...(validation && { validation: Object.freeze({ ...validation }) }),
  });
}

/** What was said otherwise when the state was saved. */
function differences(trainer: Trainer, metadata: TrainerMetadata): string[] {
  const { format, seed, composition, step, epoch, run } = metadata;
  const options = savedOptions(trainer.options);
  const saved: SavedOptions = metadata.trainer ?? options;
  const names = [...new Set([...Object.keys(options), ...Object.keys(saved)])] as (keyof SavedOptions)[];
  return [
    ...(format === 'adjoint/trainer/2' ? [] : [`its format is ${String(format)} instead of adjoint/trainer/2`]),
    ...(seed === trainer.seed ? [] : [`it was trained with seed ${seed}, this trainer has ${trainer.seed}`]),
    ...(sameJson(withoutNames(composition), withoutNames(trainer.model.composition))
      ? []
      : ['its model is composed of other layers or options']),
    ...names
      .filter((name) => !sameJson(options[name], saved[name]))
      .map((name) => `its ${name} is ${textOf(saved[name])}, this trainer has ${textOf(options[name])}`),
    ...([step, epoch].every(isCount) ? [] : ['its step or epoch is no whole number ≥ 0']),
    ...(run === undefined || isPosition(run, metadata) ? [] : ['its position in the run is broken']),
  ];
}

/** Tensors that are missing, unknown or of another type. */
function misfits(
  trainer: Trainer,
  variables: ReadonlyMap<string, Variable>,
  tensors: TrainerState['tensors'],
): string[] {
  const { scoring, optimizer, transforms } = trainer.program.recipe;
  const measures = new Set(['penalty', ...scoring.measures]);
  const ofTransforms = transforms.map(({ name }) => `metric/${transformMeasure}${name}/`);
  const kept = [...tensors.keys()].some((name) => name.startsWith('best/'));
  const expected = new Map([
    ...variables,
    ...(kept ? [...evaluatedOf(trainer)].map(([name, variable]) => [`best/${name}`, variable] as const) : []),
  ]);
  const isKnown = (name: string): boolean =>
    expected.has(name) ||
    (name.startsWith('metric/') && measures.has(name.slice('metric/'.length, name.lastIndexOf('/')))) ||
    ofTransforms.some((start) => name.startsWith(start)) ||
    (name.startsWith('optimizer/') && optimizer.host !== undefined);
  return [
    ...[...expected].flatMap(([name, { type }]) => {
      const given = tensors.get(name);
      if (!given) return [`${name} is missing`];
      if (sameShape(given.shape, type.shape) && given.dtype === type.dtype) return [];
      return [
        `${name} is ${given.dtype} ${formatShape(given.shape)} instead of ${type.dtype} ${formatShape(type.shape)}`,
      ];
    }),
    ...[...tensors.keys()].flatMap((name) => (isKnown(name) ? [] : [`${name} is unknown here`])),
  ];
}

/**
 * The options of a trainer, if a file can hold them.
 * @throws AdjointError `OPTIONS_INVALID` that names an option which is more than plain values.
 */
export function savableOptions(options: SavedOptions): SavedOptions {
  const odd = Object.entries(options ?? {}).find(([, value]) => value !== undefined && !isPlain(value));
  if (!odd) return options;
  throw new AdjointError(
    'OPTIONS_INVALID',
    `trainer: its ${odd[0]} holds a function or an object that JSON cannot hold, so the trainer cannot be saved; register a plugin of your own with plain options.`,
  );
}

function savedOptions(options: TrainerOptions): SavedOptions {
  const { seed: _, onHandlerError: _onHandlerError, loggers: _loggers, ...saved } = options;
  return saved;
}

/** As JSON has them, in which an option that is undefined is as good as none. Functions count by their text. */
function textOf(value: unknown): string {
  const text = JSON.stringify(value, (_, part: unknown) => (typeof part === 'function' ? String(part) : part));
  return text ?? 'not given';
}

function sameJson(a: unknown, b: unknown): boolean {
  return textOf(a) === textOf(b);
}

/** What classes are called decides no number; a trainer that has not seen labels yet takes the names over. */
function withoutNames({ classes: _names, ...composition }: Composition): Composition {
  return composition;
}

/** JSON has no NaN: a figure that was not finite comes back as null. */
function withNumbers<T extends RunPosition['history'][number]>(result: T): T {
  const numbers = (figures: T['metrics']): T['metrics'] =>
    Object.freeze(Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, figure ?? NaN])));
  const { metrics, validation } = result;
  return { ...result, metrics: numbers(metrics), ...(validation && { validation: numbers(validation) }) };
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isPosition(
  { firstEpoch, stepInEpoch, history, plan }: RunPosition,
  { epoch, step }: TrainerMetadata,
): boolean {
  return (
    [firstEpoch, stepInEpoch].every(isCount) &&
    firstEpoch <= epoch &&
    stepInEpoch <= step &&
    Array.isArray(history) &&
    typeof plan === 'object' &&
    plan !== null
  );
}
