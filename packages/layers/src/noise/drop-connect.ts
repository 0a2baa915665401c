import { defineLayer, varying, type Choice, type Definition, type Varying } from '@adjoint/core';
import { choice, documented, fraction, object, optional, type Schema } from '@adjoint/core/options';
import { runWithKernels } from '../composition/run-with-kernels.js';
import type { Defaulted } from '../defaulted.js';
import { dropped } from './dropped.js';

/** Options of `dropConnect`, stated, since a type that holds a choice of its own kind refers to itself. */
export interface DropConnectOptions {
  /** Whose kernels are thinned. */
  readonly layer: Choice<'layer'>;
  /** Probability with which a weight is dropped; 0.5 if not given. */
  readonly rate?: Varying | undefined;
}

/** While training, zeroes each weight of a layer's kernels with probability `rate` and scales the others by 1/(1 − rate). */
export const dropConnect: Definition<'layer', Schema<DropConnectOptions, Defaulted<DropConnectOptions>>> = defineLayer({
  options: object({
    layer: documented(choice('layer'), 'Whose kernels are thinned.'),
    rate: documented(optional(varying(fraction), 0.5), 'Probability with which a weight is dropped.'),
  }),
  formula: 'w = v·m/(1 − rate), m ~ Bernoulli(1 − rate)',
  source: 'Wan et al. 2013, equation 3, with one mask for a batch',
  examples: [{ options: { layer: { dense: { units: 2 } }, rate: 0.4 }, inputs: [[3]] }],
  create: ({ layer, rate }) => ({
    build(inputs, scope) {
      const inner = scope.layer(layer, inputs);
      return (tensors, context) => {
        const { training, random, value } = context;
        if (!training) return inner.run(tensors, context);
        return runWithKernels(inner, tensors, context, (of, kernel) =>
          dropped(kernel, random(`mask/${of.name}`), value(rate), kernel.shape),
        );
      };
    },
  }),
});
