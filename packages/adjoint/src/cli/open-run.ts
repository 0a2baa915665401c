import { split } from '@adjoint/data';
import { loadModel } from '@adjoint/io/node';
import { AdjointError, type App, type Dataset, type Model, type Trainer } from '@adjoint/core';
import type { DataConfig, ModelConfig, RunConfig } from '../run-config.js';

/** The data of a run. */
export interface RunData {
  readonly train: Dataset;
  readonly validation?: Dataset;
  readonly test?: Dataset;
}

/** Opens data by name and sets fractions of the training data aside. */
export async function openData(app: App, { train, validation, test }: DataConfig, seed: number): Promise<RunData> {
  const whole = await app.dataset(app.check('dataset', train));
  const fractions = [validation, test].map((part) => (typeof part === 'number' ? part : 0));
  const [forValidation = 0, forTest = 0] = fractions;
  const rest = 1 - forValidation - forTest;
  if (rest <= 0)
    throw new AdjointError(
      'OPTIONS_INVALID',
      `data: validation ${forValidation} and test ${forTest} leave nothing to train on; their sum must be below 1.`,
    );
  const named = async (part: DataConfig['test']): Promise<Dataset | undefined> =>
    part === undefined || typeof part === 'number' ? undefined : app.dataset(app.check('dataset', part));
  const asked = [rest, forValidation, forTest].filter((fraction) => fraction > 0);
  const parts = asked.length > 1 ? split(whole, asked, { seed }) : [whole];
  const aside = parts.slice(1);
  const validated = forValidation > 0 ? aside.shift() : await named(validation);
  const tested = forTest > 0 ? aside.shift() : await named(test);
  return { train: parts[0]!, ...(validated && { validation: validated }), ...(tested && { test: tested }) };
}

export async function openModel(app: App, config: ModelConfig, seed: number): Promise<Model> {
  if ('file' in config) return loadModel(app, config.file);
  if ('composition' in config) return app.build(config.composition, { seed });
  const { input, layers, ...others } = config;
  const odd = Object.keys(others)[0];
  if (odd !== undefined || input === undefined || !Array.isArray(layers))
    throw new AdjointError(
      'OPTIONS_INVALID',
      `model: ${odd === undefined ? 'input or layers is missing' : `'${odd}' is not known`}; expected { input, layers }, { composition } or { file }.`,
    );
  return app.sequential(
    { input, seed },
    layers.map((layer) => app.check('layer', layer)),
  );
}

/** The trainer of a run, not yet begun. */
export async function openTrainer(app: App, { model, trainer, seed = 0 }: RunConfig): Promise<Trainer> {
  return app.trainer(await openModel(app, model, seed), { ...trainer, seed });
}
