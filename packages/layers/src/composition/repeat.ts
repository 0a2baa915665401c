import { defineLayer, type Choice, type Definition } from '@adjoint/core';
import { choice, count, documented, object, type Schema } from '@adjoint/core/options';
import { chain } from './chain.js';

/** Options of `repeat`, stated, since a type that holds a choice of its own kind refers to itself. */
export interface RepeatOptions {
  /** What is repeated. */
  readonly layer: Choice<'layer'>;
  /** How often. */
  readonly times: number;
}

/** A layer several times, one after the other, each time with parameters of its own. */
export const repeat: Definition<'layer', Schema<RepeatOptions>> = defineLayer({
  options: object({
    layer: documented(choice('layer'), 'What is repeated.'),
    times: documented(count, 'How often.'),
  }),
  formula: 'y = f_times(… f₂(f₁(x)))',
  examples: [{ options: { layer: { dense: { units: 3 } }, times: 2 }, inputs: [[2]] }],
  create: ({ layer, times }) => ({
    build: (inputs, scope) => chain(scope, new Array<Choice<'layer'>>(times).fill(layer), inputs).run,
  }),
});
