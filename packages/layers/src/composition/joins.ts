import { concatenate as concatenateTensors, defineLayer } from '@adjoint/core';
import { documented, integer, object, optional } from '@adjoint/core/options';

/** The sum of its inputs: where a residual connection comes back. */
export const add = defineLayer({
  options: object({}),
  formula: 'y = x₁ + x₂ + …',
  examples: [{ inputs: [[3], [3], [3]] }],
  create: () => ({ build: () => (inputs) => inputs.reduce((sum, x) => sum.add(x)) }),
});

/** The product of its inputs, element by element: a gate over what it lets through. */
export const multiply = defineLayer({
  options: object({}),
  formula: 'y = x₁·x₂·…',
  examples: [{ inputs: [[3], [3], [3]] }],
  create: () => ({ build: () => (inputs) => inputs.reduce((product, x) => product.mul(x)) }),
});

/** Its inputs side by side along one axis: where branches meet. */
export const concatenate = defineLayer({
  options: object({
    axis: documented(
      optional(integer, 1),
      'Axis of the batch of examples, 0 being the batch; 1 is that of channels or features.',
    ),
  }),
  description: 'Its inputs side by side along one axis: where branches meet.',
  examples: [{ inputs: [[2], [3]] }],
  create: ({ axis }) => ({ build: () => (inputs) => concatenateTensors(inputs, axis) }),
});
