import { AdjointError, array, choice, defineLayer, documented, formatShape, object, type Choice } from '@adjoint/core';
import { chain } from './chain.js';

/** Layers whose input is added to their output. */
export const residual = defineLayer({
  options: object({
    layers: documented(array(choice('layer')), 'Layers one after the other, which together keep the shape.'),
  }),
  formula: 'y = x + f(x)',
  source: 'He et al. 2016, equation 1',
  create: ({ layers }) => ({
    build(inputs, scope) {
      const body = chain(scope, layers, inputs);
      const [given, found] = [formatShape(inputs[0].shape), formatShape(body.outputs[0].shape)];
      if (given !== found)
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `residual: its layers turn ${given} into ${found}, which cannot be added; let them keep the shape.`,
        );
      return ([x], context) => body.run([x], context)[0].add(x);
    },
  }),
});

declare module '@adjoint/core' {
  interface Layers {
    residual: { readonly layers: readonly Choice<'layer'>[] };
  }
}
