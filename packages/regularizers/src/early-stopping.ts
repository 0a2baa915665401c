import { defineRegularizer } from '@adjoint/core';
import { count, documented, object, oneOf, optional, rate, string } from '@adjoint/core/options';

/** Stops a run when a figure of the validation has not become better for some epochs. */
export const earlyStopping = defineRegularizer({
  options: object({
    metric: documented(optional(string, 'loss'), 'Figure of the validation to watch.'),
    goal: documented(optional(oneOf('min', 'max'), 'min'), 'Whether less or more is better.'),
    patience: documented(optional(count, 3), 'Epochs without an improvement before the run ends.'),
    tolerance: documented(optional(rate, 0), 'Least change that counts as an improvement.'),
  }),
  source: 'Prechelt 1998',
  create: ({ metric, goal, patience, tolerance }) => ({
    figures: [metric],
    stop(history) {
      let best = Infinity;
      let since = 0;
      for (const { validation, metrics } of history) {
        const { [metric]: figure } = validation ?? metrics;
        if (figure === undefined) continue;
        const cost = goal === 'min' ? figure : -figure;
        if (cost < best - tolerance) [best, since] = [cost, 0];
        else since++;
      }
      return since >= patience ? `${metric} has not improved for ${patience} epochs` : undefined;
    },
  }),
});
