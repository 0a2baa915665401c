import { AdjointError, defineLayer, formatShape, type Choice, type Definition } from '@adjoint/core';
import { array, choice, documented, object, type Schema } from '@adjoint/core/options';
import { chain } from './chain.js';

/** Options of `residual`, stated, since a type that holds a choice of its own kind refers to itself. */
export interface ResidualOptions {
  /** Layers one after the other, which together keep the shape. */
  readonly layers: readonly Choice<'layer'>[];
}

/** Layers whose input is added to their output. */
export const residual: Definition<'layer', Schema<ResidualOptions>> = defineLayer({
  options: object({
    layers: documented(array(choice('layer')), 'Layers one after the other, which together keep the shape.'),
  }),
  formula: 'y = x + f(x)',
  source: 'He et al. 2016, equation 1',
  examples: [{ options: { layers: [{ dense: { units: 3 } }, 'tanh', { dense: { units: 3 } }] }, inputs: [[3]] }],
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
