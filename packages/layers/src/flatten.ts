import { defineLayer, object, type OptionsOf } from '@adjoint/core';

/** All axes of an example as one: [batch, …] → [batch, features]. */
export const flatten = defineLayer({
  options: object({}),
  description: 'Joins all axes of an example.',
  create: () => ({
    build:
      () =>
      ([x]) =>
        x.reshape([x.shape[0]!, x.size / x.shape[0]!]),
  }),
});

declare module '@adjoint/core' {
  interface Layers {
    flatten: OptionsOf<typeof flatten>;
  }
}
