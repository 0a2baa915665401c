import { defineLayer, uniform, where, type Tensor } from '@adjoint/core';
import { boolean, documented, number, object, optional, rate, refine } from '@adjoint/core/options';

/** A ReLU whose slope below zero is learnt, for each channel (axis 1) or for all. */
export const prelu = defineLayer({
  options: object({
    shared: documented(optional(boolean, false), 'One slope for all channels.'),
    initial: documented(optional(number, 0.25), 'Where the slopes start.'),
  }),
  formula: 'y = x for x > 0, a·x else, a learnt',
  source: 'He et al. 2015, equation 1',
  examples: [{ inputs: [[3, 2]] }, { options: { shared: true }, inputs: [[3]] }],
  create: ({ shared, initial }, { create }) => ({
    build([{ shape }], scope) {
      const channels = shared ? 1 : (shape[0] ?? 1);
      const slope = scope.parameter('slope', [channels], {
        initialize: create('initializer', { constant: { value: initial } }),
        role: 'slope',
      });
      const spread = [channels, ...shape.slice(1).map(() => 1)];
      return ([x], { value }) => where(x.greater(0), x, x.mul(value(slope).reshape(spread)));
    },
  }),
});

/** A ReLU with a slope below zero that is drawn for each element while training, and is its mean afterwards. */
export const rrelu = defineLayer({
  options: refine(
    object({
      lower: documented(optional(rate, 1 / 8), 'Least slope.'),
      upper: documented(optional(rate, 1 / 3), 'Greatest slope.'),
    }),
    ({ lower, upper }) => lower <= upper,
    'lower not above upper',
  ),
  formula: 'y = x for x > 0, a·x else, a ~ U(lower, upper); (lower + upper)/2 in evaluation',
  source: 'Xu et al. 2015, section 2.4',
  examples: [{ inputs: [[4]] }],
  create: ({ lower, upper }) => ({
    build:
      () =>
      ([x], { training, random }) => {
        const drawn = (): Tensor =>
          uniform(random(), x.shape)
            .mul(upper - lower)
            .add(lower);
        return where(x.greater(0), x, x.mul(training ? drawn().cast(x.dtype) : (lower + upper) / 2));
      },
  }),
});
