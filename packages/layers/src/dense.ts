import { AdjointError, defineLayer, formatShape, matmul } from '@adjoint/core';
import { boolean, choice, count, documented, object, optional } from '@adjoint/core/options';

/** A fully connected layer over the last axis: [batch, …, inputs] → [batch, …, units]. */
export const dense = defineLayer({
  options: object({
    units: documented(count, 'Number of outputs.'),
    bias: documented(optional(boolean, true), 'Whether to add a bias.'),
    initializer: documented(
      optional(choice('initializer'), 'fanInUniform'),
      'How the weight starts; a bias starts likewise.',
    ),
  }),
  formula: 'y = x·Wᵀ + b',
  description: 'Fully connected layer over the last axis.',
  examples: [
    { options: { units: 3 }, inputs: [[4]] },
    { options: { units: 2, bias: false }, inputs: [[2, 3]] },
  ],
  create({ units, bias, initializer }, context) {
    const initialize = context.create('initializer', initializer);
    return {
      build([input], scope) {
        const inputs = input.shape.at(-1);
        if (inputs === undefined) {
          throw new AdjointError(
            'SHAPE_MISMATCH',
            `dense: takes examples with at least one axis, not ${formatShape(input.shape)}; reshape them to [features] first.`,
          );
        }
        const fans = { fanIn: inputs, fanOut: units };
        const weight = scope.parameter('weight', [units, inputs], { initialize, role: 'kernel', ...fans });
        const offset = bias ? scope.parameter('bias', [units], { initialize, role: 'bias', ...fans }) : undefined;
        return ([x], { value }) => {
          const product = matmul(x, value(weight), { transposeB: true });
          return offset ? product.add(value(offset)) : product;
        };
      },
    };
  },
});
