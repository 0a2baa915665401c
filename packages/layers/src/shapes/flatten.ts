import { defineLayer, sizeOf } from '@adjoint/core';
import { object } from '@adjoint/core/options';

/** All axes of an example as one: [batch, …] → [batch, features]. */
export const flatten = defineLayer({
  options: object({}),
  description: 'Joins all axes of an example.',
  examples: [{ inputs: [[2, 3]] }],
  create: () => ({
    build:
      () =>
      ([x]) => {
        const [batch = 0, ...extents] = x.shape;
        return x.reshape([batch, sizeOf(extents)]);
      },
  }),
});
