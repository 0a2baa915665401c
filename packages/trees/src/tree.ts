import {
  AdjointError,
  broadcastTo,
  defineLayer,
  formatShape,
  gather,
  literal,
  scan,
  sizeOf,
  takeAlongAxis,
  where,
  type Tensor,
} from '@adjoint/core';
import { count, documented, object, optional } from '@adjoint/core/options';

/** What a tree may grow to; nodes that it does not need are leaves that nobody comes to. */
const treeOptions = object({
  units: documented(count, 'Outputs: one number, or one for each class.'),
  leaves: documented(count, 'Leaves at most: 2 are a stump.'),
  depth: documented(optional(count, 24), 'Splits on the way to a leaf at most.'),
});

/**
 * A decision tree. What it splits by are states that nothing but the runner `cart` sets; the values of its leaves are a
 * parameter, which gradients reach. Until it is grown it has one leaf, of value 0.
 */
export const tree = defineLayer({
  options: treeOptions,
  formula: 'n ← (x[feature[n]] ≤ threshold[n] ? left[n] : right[n]) from the root to a leaf; y = value[n]',
  source: 'Breiman, Friedman, Olshen & Stone 1984',
  examples: [{ options: { units: 2, leaves: 3 }, inputs: [[4]] }],
  create: ({ units, leaves, depth }) => ({
    build([input], scope) {
      if (input.shape.length !== 1 || input.dtype !== scope.dtype)
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `tree: takes one row of numbers for each example, not ${input.dtype}${formatShape(input.shape)}; put flatten before it.`,
        );
      const nodes = 2 * leaves - 1;
      const [feature, threshold] = [scope.state('feature', [nodes], 0), scope.state('threshold', [nodes], 0)];
      const [left, right] = [scope.state('left', [nodes], 0), scope.state('right', [nodes], 0)];
      const value = scope.parameter('value', [nodes, units], {
        initialize: (shape) => new Float64Array(sizeOf(shape)),
        role: 'value',
      });
      return ([x], pass) => {
        const tables = [feature, threshold, left, right].map((state) => pass.value(state)) as [
          Tensor,
          Tensor,
          Tensor,
          Tensor,
        ];
        const [features, limits, below, above] = tables;
        const root = broadcastTo(literal(0, 'int32'), [x.shape[0]!]);
        const { carry } = scan(
          ([place]) => {
            const at = (table: Tensor): Tensor => gather(table, place, 0);
            const asked = takeAlongAxis(x, at(features).cast('int32').expandDims(1), 1).squeeze(1);
            return { carry: [where(asked.lessEqual(at(limits)), at(below), at(above)).cast('int32')] };
          },
          [root],
          [],
          { length: Math.min(depth, leaves - 1) },
        );
        return gather(pass.value(value), carry[0], 0);
      };
    },
  }),
});
