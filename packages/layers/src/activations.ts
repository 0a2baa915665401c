import { defineLayer, type Tensor } from '@adjoint/core';
import { documented, integer, object, optional } from '@adjoint/core/options';

/** A layer that maps every element by one function. */
function activation(formula: string, map: (x: Tensor) => Tensor) {
  return defineLayer({
    options: object({}),
    formula,
    examples: [{ inputs: [[4]] }],
    create: () => ({
      build:
        () =>
        ([x]) =>
          map(x),
    }),
  });
}

export const relu = activation('y = max(x, 0)', (x) => x.relu());
export const relu6 = activation('y = min(max(x, 0), 6)', (x) => x.clamp(0, 6));
export const silu = activation('y = x/(1 + e⁻ˣ)', (x) => x.mul(x.sigmoid()));
export const sigmoid = activation('y = 1/(1 + e⁻ˣ)', (x) => x.sigmoid());
export const tanh = activation('y = tanh x', (x) => x.tanh());

/** eˣ normalised to a sum of 1 over one axis of the example. */
export const softmax = defineLayer({
  options: object({
    axis: documented(optional(integer, -1), 'Axis of the batch of examples, 0 being the batch; −1 is the last.'),
  }),
  formula: 'yᵢ = e^(xᵢ)/Σⱼ e^(xⱼ)',
  examples: [{ inputs: [[4]] }],
  create: ({ axis }) => ({
    build:
      () =>
      ([x]) =>
        x.softmax(axis),
  }),
});
