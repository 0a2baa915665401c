import { defineSchedule } from '@adjoint/core';
import { documented, fraction, natural, object, oneOf, optional, rate, string } from '@adjoint/core/options';
import { floor } from './options.js';

const steps = natural;

/** A factor whenever a figure has not become better for some epochs. */
export const reduceOnPlateau = defineSchedule({
  options: object({
    metric: documented(optional(string, 'loss'), 'Figure to watch: of the validation, where there is one.'),
    goal: documented(optional(oneOf('min', 'max'), 'min'), 'Whether less or more is better.'),
    factor: documented(optional(fraction, 0.1), 'Factor of each drop.'),
    patience: documented(optional(steps, 10), 'Epochs without an improvement that are borne.'),
    threshold: documented(optional(rate, 1e-4), 'Least change that counts as an improvement.'),
    thresholdMode: documented(
      optional(oneOf('relative', 'absolute'), 'relative'),
      'Whether the threshold is a share of the best figure.',
    ),
    cooldown: documented(optional(steps, 0), 'Epochs after a drop that are not counted.'),
    floor,
  }),
  formula: 'η ← max(η·factor, floor) after more than patience epochs without an improvement',
  source: "PyTorch's ReduceLROnPlateau",
  create:
    ({ metric, goal, factor, patience, threshold, thresholdMode, cooldown, floor: lowest }) =>
    ({ base, history }) => {
      // From the history alone, so that a resumed run has the same rate.
      let share = 1;
      let best = Infinity;
      let [bad, resting] = [0, 0];
      for (const { metrics, validation } of history) {
        const { [metric]: figure } = validation ?? metrics;
        if (figure === undefined) continue;
        const cost = goal === 'min' ? figure : -figure;
        const margin = thresholdMode === 'relative' ? threshold * Math.abs(best) : threshold;
        if (best === Infinity ? cost < best : cost < best - margin) [best, bad] = [cost, 0];
        else bad++;
        if (resting > 0) [resting, bad] = [resting - 1, 0];
        if (bad > patience) {
          share = Math.max(share * factor, lowest);
          [resting, bad] = [cooldown, 0];
        }
      }
      return base * share;
    },
});
