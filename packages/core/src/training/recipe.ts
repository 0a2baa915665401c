import type { Engine } from '../engine/engine.js';
import { AdjointError } from '../errors.js';
import type { Model } from '../model/model.js';
import type { RandomSource } from '../random/random-source.js';
import type { DType } from '../tensor/dtype.js';
import { namedChoices } from './named-choices.js';
import { checkFigures, nameHooks } from './named-hooks.js';
import { OptimizerGroups } from './optimizer-groups.js';
import { Scoring, type Create } from './scoring.js';
import type { Recipe } from './step-trace.js';
import type { TrainerOptions } from './trainer-options.js';

/** Creates all that the options of a trainer name. */
export function recipeOf(
  engine: Engine,
  model: Model,
  options: TrainerOptions,
  { create, random, dtype }: { readonly create: Create; readonly random: RandomSource; readonly dtype: DType },
): Recipe {
  const optimizer = new OptimizerGroups(create, options.optimizer, options.schedule, model.parameters);
  const regularizers = namedChoices('regularizer', options.regularizers);
  const transforms = namedChoices('gradientTransform', options.gradientTransforms);
  const scoring = new Scoring(create, model, options);
  if (optimizer.host && transforms.length > 0)
    throw new AdjointError(
      'OPTIONS_INVALID',
      `trainer: the gradient transform ${transforms[0]!.name} does not act on an optimizer that the host drives; leave it out, or choose another optimizer.`,
    );
  return {
    model,
    scoring,
    optimizer,
    transforms: transforms.map(({ name, choice }) => ({ name, transform: create('gradientTransform', choice) })),
    regularizers: regularizers.map(({ name, choice }) => {
      const hooks = nameHooks(engine, name, create('regularizer', choice), optimizer.trained, { random, dtype });
      checkFigures(hooks, [...scoring.measures, 'penalty']);
      return hooks;
    }),
  };
}
