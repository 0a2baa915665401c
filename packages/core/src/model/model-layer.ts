import { checkInputs } from '../data/check-batch.js';
import { buildComposition } from './build-composition.js';
import { compositionSchema } from './composition-schema.js';
import type { Composition } from './composition.js';
import { defineLayer } from './layer.js';

/** A model as a layer, such as a backbone under a new head; `load(weights, { into })` gives it what it has learnt. */
export const modelLayer = defineLayer({
  options: compositionSchema,
  description: 'A model as a layer; its options are the composition of that model.',
  create: (composition) => ({
    ports: composition.inputs.map(({ name }) => name),
    build(inputs, scope) {
      checkInputs(inputs, composition.inputs, 'model');
      const { run } = buildComposition(composition, inputs, scope);
      return run;
    },
  }),
});

declare module './layer.js' {
  interface Layers {
    model: Composition;
  }
}
