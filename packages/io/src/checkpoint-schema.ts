import { compositionSchema, type Composition, type TrainerMetadata } from '@adjoint/core';
import * as v from 'valibot';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

// A schema of core is one of valibot's, but hides it in its type.
const composition = compositionSchema as unknown as v.GenericSchema<unknown, Composition>;

/** A run that diverged has metrics that are not finite. */
const metrics = v.record(v.string(), v.union([v.number(), v.nan()]));

/** Options are shallow; what is deeper is meant to exhaust the stack. */
const deepest = 64;

/** Plain values by name: which names there are is known to the app that makes the trainer. */
const plain = v.pipe(
  v.record(v.string(), v.unknown()),
  v.check((value) => !isDeeperThan(value, deepest), `values nested at most ${deepest} deep`),
);

const run = v.strictObject({
  firstEpoch: count,
  stepInEpoch: count,
  history: v.array(v.strictObject({ epoch: count, metrics, validation: v.exactOptional(metrics) })),
  plan: plain,
});

const trainer = v.strictObject({
  format: v.literal('adjoint/trainer/2'),
  plugins: v.array(v.strictObject({ name: v.string(), version: v.string() })),
  composition,
  trainer: plain,
  modelSeed: v.pipe(v.number(), v.safeInteger()),
  step: count,
  epoch: count,
  seed: v.pipe(v.number(), v.safeInteger()),
  run: v.optional(run),
  observers: v.exactOptional(plain),
});

const model = v.strictObject({ format: v.literal('adjoint/model/2'), composition });

/** What the header of a model's file says. */
export interface ModelMetadata {
  readonly format: 'adjoint/model/2';
  readonly composition: Composition;
}

/** The header of a checkpoint. */
export const trainerSchema = trainer as unknown as v.GenericSchema<unknown, TrainerMetadata>;

/** The header of either kind of file. */
export const eitherSchema = v.variant('format', [model, trainer]) as unknown as v.GenericSchema<
  unknown,
  ModelMetadata | TrainerMetadata
>;

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isDeeperThan(part, levels - 1));
}
