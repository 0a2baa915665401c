import { choice, count, defineLayer, documented, object, type Choice } from '@adjoint/core';
import { chain } from './chain.js';

/** A layer several times, one after the other, each time with parameters of its own. */
export const repeat = defineLayer({
  options: object({
    layer: documented(choice('layer'), 'What is repeated.'),
    times: documented(count, 'How often.'),
  }),
  formula: 'y = f_times(… f₂(f₁(x)))',
  create: ({ layer, times }) => ({
    build: (inputs, scope) => chain(scope, new Array<Choice<'layer'>>(times).fill(layer), inputs).run,
  }),
});

declare module '@adjoint/core' {
  interface Layers {
    repeat: { readonly layer: Choice<'layer'>; readonly times: number };
  }
}
