import type { FitPlan, Job, Plugin } from '@adjoint/core';
import {
  anyOf,
  array,
  choice,
  custom,
  natural,
  optional,
  schemaOf,
  string,
  validateOptions,
  type Schema,
} from '@adjoint/core/options';
import type { DataConfig, ModelConfig, RunConfig } from '../run-config.js';

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const record = (expected: string) => custom<never>(isObject, expected) as Schema;

const part = optional(
  anyOf(
    custom<number>((value) => typeof value === 'number' && value > 0 && value < 1, 'a fraction between 0 and 1'),
    choice('dataset'),
  ),
);

const dataConfig = schemaOf<DataConfig>({ train: choice('dataset'), validation: part, test: part });

const runConfig = schemaOf<RunConfig>({
  plugins: optional(
    array(custom<string | Plugin>((value) => typeof value === 'string' || isObject(value), 'the name of a module')),
  ),
  backend: optional(custom((value) => value !== null, 'the name of a backend, or a list of them')) as never,
  seed: optional(natural),
  data: record('{ train, validation?, test? }') as Schema<DataConfig>,
  model: record('{ input, layers }, { composition } or { file }') as Schema<ModelConfig>,
  trainer: record('the options of a trainer: { loss, optimizer, … }') as Schema<Job['trainer']>,
  fit: record('{ epochs, batchSize, … }') as Schema<FitPlan>,
  output: optional(string),
});

/**
 * Looks at the outline of a configuration; what is inside is looked at by those who take it.
 * @throws AdjointError `OPTIONS_INVALID` that names the place
 */
export function checkRunConfig(config: unknown, source: string): RunConfig {
  validateOptions(runConfig, config, source);
  validateOptions(dataConfig, (config as RunConfig).data, `${source}: data`);
  return config as RunConfig;
}
