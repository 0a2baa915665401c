import { defineLayer } from '@adjoint/core';
import { array, documented, integer, object } from '@adjoint/core/options';

/** Examples under another shape; one extent may be −1 and is inferred. */
export const reshape = defineLayer({
  options: object({
    shape: documented(array(integer), 'Shape of an example, without the batch; one extent may be −1.'),
  }),
  description: 'The same elements under another shape.',
  examples: [{ options: { shape: [3, 2] }, inputs: [[6]] }],
  create: ({ shape }) => ({
    build:
      () =>
      ([x]) =>
        x.reshape([...x.shape.slice(0, 1), ...shape]),
  }),
});
