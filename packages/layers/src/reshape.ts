import { array, defineLayer, documented, integer, object, type OptionsOf } from '@adjoint/core';

/** Examples under another shape; one extent may be −1 and is inferred. */
export const reshape = defineLayer({
  options: object({
    shape: documented(array(integer), 'Shape of an example, without the batch; one extent may be −1.'),
  }),
  description: 'The same elements under another shape.',
  create: ({ shape }) => ({
    build:
      () =>
      ([x]) =>
        x.reshape([x.shape[0]!, ...shape]),
  }),
});

declare module '@adjoint/core' {
  interface Layers {
    reshape: OptionsOf<typeof reshape>;
  }
}
