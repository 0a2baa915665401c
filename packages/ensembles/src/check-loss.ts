import { documented, oneOf, optional } from '@adjoint/core/options';
import { AdjointError, type Choice, type CreateContext, type Job, type LossTerm, type TargetForm } from '@adjoint/core';

/** The members' loss; of several the first. */
export function lossOf({ trainer: { loss } }: Job): Choice<'loss'> {
  return (Array.isArray(loss) ? (loss as readonly LossTerm[])[0]!.loss : loss) as Choice<'loss'>;
}

/** What the targets of the members' loss are taken for; unknown where it does not say. */
function formOf(base: Job, { create }: CreateContext): TargetForm | undefined {
  return create('loss', lossOf(base)).targets;
}

/** An option: what `taskOf` is to say where the loss does not. */
export const taskOption = documented(
  optional(oneOf('classification', 'regression')),
  'What the targets are; if not given, what the loss takes them for, or classes where it does not say.',
);

/** @throws AdjointError `OPTIONS_INVALID` where the loss is one of single probabilities, or takes targets for something else */
export function taskOf(
  who: string,
  base: Job,
  context: CreateContext,
  task: 'classification' | 'regression' | undefined,
): 'classification' | 'regression' {
  const form = formOf(base, context);
  if (form === 'probabilities')
    throw new AdjointError(
      'OPTIONS_INVALID',
      `${who}: takes numbers or classes, but the loss is one of single probabilities; give the model an output for each of two classes, and the loss crossEntropy.`,
    );
  const found = task ?? (form === 'numbers' ? 'regression' : 'classification');
  (found === 'classification' ? checkClassifiers : checkRegressions)(who, base, context);
  return found;
}

/** @throws AdjointError `OPTIONS_INVALID` where the members are trained on numbers or single probabilities */
export function checkClassifiers(who: string, base: Job, context: CreateContext): void {
  const form = formOf(base, context);
  if (form === 'numbers' || form === 'probabilities')
    throw new AdjointError(
      'OPTIONS_INVALID',
      `${who}: is for classifiers, but the members are trained on a loss of numbers or of single probabilities; choose a loss of classes, such as crossEntropy, or a strategy for regressions.`,
    );
}

/** @throws AdjointError `OPTIONS_INVALID` where the members are trained on classes */
export function checkRegressions(who: string, base: Job, context: CreateContext): void {
  const form = formOf(base, context);
  if (form === 'classes' || form === 'probabilities')
    throw new AdjointError(
      'OPTIONS_INVALID',
      `${who}: is for regressions, but the members are trained on a loss of classes; choose a loss of numbers, such as meanSquaredError, or a strategy for classifiers.`,
    );
}
