import type { Composition, TrainerMetadata } from '@adjoint/core';
import * as v from 'valibot';

/** Options of layers are shallow; what is deeper is meant to exhaust the stack. */
const deepest = 32;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const composition = v.strictObject({
  inputs: v.array(
    v.strictObject({
      name: v.string(),
      shape: v.array(count),
      dtype: v.picklist(['float32', 'float64', 'int32', 'bool']),
    }),
  ),
  layers: v.array(
    v.strictObject({
      name: v.string(),
      layer: v.pipe(
        v.union([v.string(), v.record(v.string(), v.unknown())]),
        v.check((value) => !isDeeperThan(value, deepest), `options nested at most ${deepest} deep`),
      ),
      inputs: v.array(v.string()),
    }),
  ),
  outputs: v.pipe(v.array(v.string()), v.minLength(1)),
});

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
  format: v.literal('adjoint/trainer/1'),
  plugins: v.array(v.strictObject({ name: v.string(), version: v.string() })),
  composition,
  step: count,
  epoch: count,
  seed: v.pipe(v.number(), v.safeInteger()),
  run: v.exactOptional(run),
});

const model = v.strictObject({ format: v.literal('adjoint/model/1'), composition });

/** What the header of a model's file says. */
export interface ModelMetadata {
  readonly format: 'adjoint/model/1';
  readonly composition: Composition;
}

// Which layers there are, and with what options, is known to the app that builds them, not to a schema; hence the casts.

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
