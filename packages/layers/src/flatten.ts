import { defineLayer } from '@adjoint/core';
import { object } from '@adjoint/core/options';

/** All axes of an example as one: [batch, …] → [batch, features]. */
export const flatten = defineLayer({
  options: object({}),
  description: 'Joins all axes of an example.',
  examples: [{ inputs: [[2, 3]] }],
  create: () => ({
    build:
      () =>
      ([x]) =>
        x.reshape([x.shape[0]!, x.size / x.shape[0]!]),
  }),
});
