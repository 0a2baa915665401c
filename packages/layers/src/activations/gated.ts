import { AdjointError, defineLayer, formatShape, slice, type Tensor } from '@adjoint/core';
import { boolean, choice, count, documented, integer, object, optional } from '@adjoint/core/options';
import { silu } from './functions.js';

/** The two halves of an axis. */
function halves(x: Tensor, axis: number): [Tensor, Tensor] {
  const at = axis < 0 ? axis + x.rank : axis;
  const extent = x.shape[at];
  if (extent === undefined || at < 1 || extent % 2 !== 0) {
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `glu: axis ${axis} of ${formatShape(x.shape)} cannot be halved; choose an axis of even extent other than the batch.`,
    );
  }
  const start = x.shape.map((_, d) => (d === at ? extent / 2 : 0));
  const stop = x.shape.map((own, d) => (d === at ? extent / 2 : own));
  return [slice(x, new Array<number>(x.rank).fill(0), stop), slice(x, start)];
}

/** The first half of an axis, gated by the second: it has half the extent afterwards. */
export const glu = defineLayer({
  options: object({
    axis: documented(optional(integer, -1), 'Axis of the batch of examples that is halved, 0 being the batch.'),
  }),
  formula: 'y = a·σ(b), [a, b] = x',
  source: 'Dauphin et al. 2017, equation 1',
  examples: [{ inputs: [[4]] }, { options: { axis: 1 }, inputs: [[2, 3]] }],
  create: ({ axis }) => ({
    build:
      () =>
      ([x]) => {
        const [value, gate] = halves(x, axis);
        return value.mul(gate.sigmoid());
      },
  }),
});

/** Two dense layers over the last axis, of which one gates the other: [batch, …, inputs] → [batch, …, units]. */
export const swiglu = defineLayer({
  options: object({
    units: documented(count, 'Number of outputs.'),
    bias: documented(optional(boolean, false), 'Whether to add biases.'),
    initializer: documented(optional(choice('initializer'), 'fanInUniform'), 'How the weights start.'),
  }),
  formula: 'y = silu(x·Wᵀ + b)·(x·Vᵀ + c)',
  source: 'Shazeer 2020, equation 5',
  examples: [{ options: { units: 2, bias: true }, inputs: [[3]] }],
  create: ({ units, bias, initializer }) => ({
    build(inputs, scope) {
      const gate = scope.layer({ dense: { units, bias, initializer } }, inputs, 'gate');
      const value = scope.layer({ dense: { units, bias, initializer } }, inputs, 'value');
      return (tensors, context) => silu(gate.run(tensors, context)[0]).mul(value.run(tensors, context)[0]);
    },
  }),
});
