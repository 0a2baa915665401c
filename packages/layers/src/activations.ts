import { defineLayer, documented, integer, object, optional, type OptionsOf, type Tensor } from '@adjoint/core';

/** A layer that maps every element by one function. */
function activation(formula: string, map: (x: Tensor) => Tensor) {
  return defineLayer({
    options: object({}),
    formula,
    create: () => ({
      build:
        () =>
        ([x]) =>
          map(x),
    }),
  });
}

export const relu = activation('y = max(x, 0)', (x) => x.relu());
export const sigmoid = activation('y = 1/(1 + e⁻ˣ)', (x) => x.sigmoid());
export const tanh = activation('y = tanh x', (x) => x.tanh());

/** eˣ normalised to a sum of 1 over one axis of the example. */
export const softmax = defineLayer({
  options: object({
    axis: documented(optional(integer, -1), 'Axis of the batch of examples, 0 being the batch; −1 is the last.'),
  }),
  formula: 'yᵢ = e^(xᵢ)/Σⱼ e^(xⱼ)',
  create: ({ axis }) => ({
    build:
      () =>
      ([x]) =>
        x.softmax(axis),
  }),
});

declare module '@adjoint/core' {
  interface Layers {
    relu: OptionsOf<typeof relu>;
    sigmoid: OptionsOf<typeof sigmoid>;
    tanh: OptionsOf<typeof tanh>;
    softmax: OptionsOf<typeof softmax>;
  }
}
