import { AdjointError, concatenate, cos, defineLayer, sin, stack } from '@adjoint/core';
import { choice, count, documented, object, optional, positive } from '@adjoint/core/options';
import { featuresOf } from './features-of.js';
import { anglesOf, rotated } from './rotary.js';

const base = documented(optional(positive, 10_000), 'Ratio of the longest wave to the shortest.');

/** Adds waves of many lengths, by which a network can tell the places of a sequence. */
export const sinusoidalPositions = defineLayer({
  options: object({ base }),
  formula: 'y[t, 2i] = x + sin(t·base^(−2i/d)), y[t, 2i + 1] = x + cos(t·base^(−2i/d))',
  source: 'Vaswani et al. 2017, section 3.5',
  examples: [{ inputs: [[3, 4]] }],
  create: ({ base: ratio }) => ({
    build([{ shape }]) {
      const features = featuresOf('sinusoidalPositions', shape, { even: true });
      return ([x]) => {
        const time = x.shape[1] ?? 1;
        const angles = anglesOf(time, features / 2, ratio);
        return x.add(
          stack([sin(angles), cos(angles)], -1)
            .reshape([time, features])
            .cast(x.dtype),
        );
      };
    },
  }),
});

/** Turns pairs of features by angles that grow with the place. */
export const rotaryPositions = defineLayer({
  options: object({ base }),
  formula: 'y[t, 2i:2i + 2] = R(t·base^(−2i/d))·x[t, 2i:2i + 2], R a rotation',
  source: 'Su et al. 2021, equation 34',
  examples: [{ inputs: [[3, 4]] }],
  create: ({ base: ratio }) => ({
    build([{ shape }]) {
      featuresOf('rotaryPositions', shape, { even: true });
      return ([x]) => rotated(x, ratio);
    },
  }),
});

/** Adds a learnt row to each place of examples [time, features]. */
export const learnedPositions = defineLayer({
  options: object({
    length: documented(count, 'Number of places; sequences may be shorter.'),
    initializer: documented(optional(choice('initializer'), { normal: { deviation: 0.02 } }), 'How the rows start.'),
  }),
  formula: 'y[t] = x[t] + P[t]',
  source: 'Gehring et al. 2017, section 3.1',
  examples: [{ options: { length: 4 }, inputs: [[3, 2]] }],
  create({ length, initializer }, { create }) {
    const initialize = create('initializer', initializer);
    return {
      build([{ shape }], scope) {
        const features = featuresOf('learnedPositions', shape);
        const rows = scope.parameter('weight', [length, features], { initialize, role: 'embedding' });
        return ([x], { value }) => {
          const time = x.shape[1] ?? 1;
          if (time > length)
            throw new AdjointError(
              'SHAPE_MISMATCH',
              `learnedPositions: has ${length} places, but a sequence of ${time} was given; raise length.`,
            );
          return x.add(value(rows).slice([0, 0], [time, features]));
        };
      },
    };
  },
});

/** Puts a learnt row before the places of examples [time, features], where a classifier may read: [time + 1, features]. */
export const classToken = defineLayer({
  options: object({
    initializer: documented(optional(choice('initializer'), { normal: { deviation: 0.02 } }), 'How the row starts.'),
  }),
  formula: 'y = [c; x[0]; x[1]; …]',
  source: 'Dosovitskiy et al. 2021, equation 1',
  examples: [{ inputs: [[2, 3]] }],
  create({ initializer }, { create }) {
    const initialize = create('initializer', initializer);
    return {
      build([{ shape }], scope) {
        const features = featuresOf('classToken', shape);
        const token = scope.parameter('weight', [1, features], { initialize, role: 'embedding' });
        return ([x], { value }) => concatenate([value(token).broadcastTo([x.shape[0] ?? 1, 1, features]), x], 1);
      },
    };
  },
});
