import { checkInputs } from '../data/check-batch.js';
import { buildComposition } from './build-composition.js';
import { compositionSchema } from './composition-schema.js';
import type { Composition } from './composition.js';
import type { Definition } from '../registry/definition.js';
import type { Schema } from '../registry/options/index.js';
import { defineLayer } from './layer.js';

/** A model as a layer, such as a backbone under a new head; `load(weights, { into })` gives it what it has learnt. */
export const modelLayer: Definition<'layer', Schema<Composition>> = defineLayer({
  options: compositionSchema,
  description: 'A model as a layer; its options are the composition of that model.',
  examples: [
    {
      options: {
        inputs: [{ name: 'x', shape: [3], dtype: 'float32' }],
        layers: [],
        outputs: ['x'],
      },
      inputs: [[3]],
    },
  ],
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
