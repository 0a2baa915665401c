import { defineRegularizer, type EpochResult } from '@adjoint/core';
import { boolean, count, documented, object, oneOf, optional, rate, string } from '@adjoint/core/options';

/** Stops a run when a figure of the validation has not become better for some epochs. */
export const earlyStopping = defineRegularizer({
  options: object({
    metric: documented(optional(string, 'loss'), 'Figure of the validation to watch.'),
    goal: documented(optional(oneOf('min', 'max'), 'min'), 'Whether less or more is better.'),
    patience: documented(optional(count, 3), 'Epochs without an improvement before the run ends.'),
    tolerance: documented(optional(rate, 0), 'Least change that counts as an improvement.'),
    restoreBest: documented(
      optional(boolean, false),
      'Whether a run that is over goes back to the weights of its best epoch, also where it was not stopped.',
    ),
  }),
  description: 'Ends a run when a figure of the validation has not become better for some epochs.',
  source: 'Prechelt 1998',
  create: ({ metric, goal, patience, tolerance, restoreBest }) => {
    const judge = (history: readonly EpochResult[]): { readonly since: number; readonly isBest: boolean } => {
      let best = Infinity;
      let since = 0;
      let isBest = false;
      for (const { validation, metrics } of history) {
        const { [metric]: figure } = validation ?? metrics;
        isBest = false;
        if (figure === undefined) continue;
        const cost = goal === 'min' ? figure : -figure;
        isBest = cost < best - tolerance;
        if (isBest) [best, since] = [cost, 0];
        else since++;
      }
      return { since, isBest };
    };
    return {
      figures: [metric],
      notice: ([first, ...others]) =>
        first && others.length === 0 && !first.validation
          ? {
              code: 'OPTIONS_INVALID',
              message: `earlyStopping: fit was given no validation data, so it watches '${metric}' of training, which goes on improving where a model over-fits. Give fit the option validation.`,
            }
          : undefined,
      stop: (history) =>
        judge(history).since >= patience ? `${metric} has not improved for ${patience} epochs` : undefined,
      ...(restoreBest && { keep: (history) => judge(history).isBest }),
    };
  },
});
