import { compositionSchema, type Composition, type TrainerMetadata } from '@adjoint/core';
import * as v from 'valibot';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

// A schema of core is one of valibot's, but hides it in its type.
const composition = compositionSchema as unknown as v.GenericSchema<unknown, Composition>;

/** A run that diverged has metrics that are not finite. */
const metrics = v.record(v.string(), v.union([v.number(), v.nan()]));

const run = v.strictObject({
  firstEpoch: count,
  stepInEpoch: count,
  lossSum: v.union([v.number(), v.nan()]),
  examples: count,
  history: v.array(v.strictObject({ epoch: count, metrics, validation: v.exactOptional(metrics) })),
});

const trainer = v.strictObject({
  format: v.literal('adjoint/trainer/2'),
  plugins: v.array(v.strictObject({ name: v.string(), version: v.string() })),
  composition,
  step: count,
  epoch: count,
  seed: v.pipe(v.number(), v.safeInteger()),
  run: v.exactOptional(run),
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
