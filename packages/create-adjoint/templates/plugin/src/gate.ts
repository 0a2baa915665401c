import { defineLayer } from '@adjoint/core';
import { documented, object, optional, positive } from '@adjoint/core/options';

/** Lets through what is large: x · σ(βx). */
export const gate = defineLayer({
  options: object({ slope: documented(optional(positive, 1), 'How steep the gate is, β.') }),
  description: 'Lets through what is large.',
  formula: 'y = x · σ(βx)',
  source: 'Ramachandran et al. 2017, section 4',
  // What the contract suite tries.
  examples: [{ options: { slope: 2 }, inputs: [[3]] }],
  create: ({ slope }) => ({
    build:
      () =>
      ([x]) =>
        x.mul(x.mul(slope).sigmoid()),
  }),
});
