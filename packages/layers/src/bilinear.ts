import { AdjointError, defineLayer, formatShape, matmul } from '@adjoint/core';
import { boolean, choice, count, documented, object, optional } from '@adjoint/core/options';

/** A form that is linear in each of two inputs: [batch, …, m] and [batch, …, n] → [batch, …, units]. */
export const bilinear = defineLayer({
  options: object({
    units: documented(count, 'Number of outputs.'),
    bias: documented(optional(boolean, true), 'Whether to add a bias.'),
    initializer: documented(optional(choice('initializer'), 'fanInUniform'), 'How the weight starts.'),
  }),
  formula: 'y_k = x₁ᵀ·W_k·x₂ + b_k',
  examples: [{ options: { units: 2 }, inputs: [[2], [3]] }],
  create({ units, bias, initializer }, { create }) {
    const initialize = create('initializer', initializer);
    return {
      build([left, right], scope) {
        const [m, n] = [left.shape.at(-1), right?.shape.at(-1)];
        if (m === undefined || n === undefined) {
          throw new AdjointError(
            'SHAPE_MISMATCH',
            `bilinear: takes two inputs [features], not ${[left, right].map((input) => (input ? formatShape(input.shape) : 'nothing')).join(' and ')}.`,
          );
        }
        const fans = { fanIn: m, fanOut: units };
        const weight = scope.parameter('weight', [units, m, n], { initialize, role: 'kernel', ...fans });
        const offset = bias ? scope.parameter('bias', [units], { initialize, role: 'bias', ...fans }) : undefined;
        return ([x, y = x], { value }) => {
          // x·W: [batch…, m]·[m, units·n] → [batch…, units, n], then the product with y over n.
          const turned = value(weight)
            .transpose([1, 0, 2])
            .reshape([m, units * n]);
          const partial = matmul(x, turned).reshape([...x.shape.slice(0, -1), units, n]);
          const form = partial.mul(y.expandDims(-2)).sum(-1);
          return offset ? form.add(value(offset)) : form;
        };
      },
    };
  },
});
