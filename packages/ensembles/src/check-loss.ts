import { AdjointError, type Choice, type CreateContext, type Job } from '@adjoint/core';

/** What the targets of the members' loss are taken for; unknown where it does not say. */
function formOf({ trainer: { loss } }: Job, { create }: CreateContext): string | undefined {
  const first = Array.isArray(loss) ? loss[0].loss : loss;
  return create('loss', first as Choice<'loss'>).targets;
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
