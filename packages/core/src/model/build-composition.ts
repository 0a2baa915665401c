import { AdjointError } from '../errors.js';
import type { Tensor } from '../graph/tensor.js';
import { mapSeveral, type Several } from '../tensor/several.js';
import type { ExampleType } from '../data/dataset.js';
import { checkComposition, hiddenLayers, outputName, type Composition } from './composition.js';
import type { BuiltLayer, ForwardContext, LayerScope } from './layer.js';

/** The layers of a composition, built, and what they give. */
export interface BuiltComposition {
  readonly layers: readonly BuiltLayer[];
  /** Types of all inputs and outputs of layers, by name. */
  readonly types: ReadonlyMap<string, ExampleType>;
  run(inputs: Several<Tensor>, context: ForwardContext): Several<Tensor>;
}

/** Builds the layers of a composition in a scope: that of a model, or that of a layer which is a model. */
export function buildComposition(
  composition: Composition,
  inputs: Several<ExampleType>,
  scope: LayerScope,
): BuiltComposition {
  checkComposition(composition);
  const types = new Map<string, ExampleType>();
  composition.inputs.forEach(({ name }, i) => setDefined(types, name, inputs[i]));
  const built = new Map<string, BuiltLayer>();
  const steps = composition.layers.map(({ name, layer, use, inputs: sources }) => {
    const given = mapSeveral(sources, (source) => outputOf(types, source));
    const step = use === undefined ? scope.layer(layer, given, name) : outputOf(built, use);
    built.set(name, step);
    const outputs = use === undefined ? step.outputs : step.outputsFor(given);
    outputs.forEach((type, index) => types.set(outputName(name, index), type));
    return { name, sources, layer: step };
  });
  for (const output of composition.outputs) outputOf(types, output);
  // Those of a model that is a layer are inside of it.
  const hidden = new Set(scope.name === '' ? hiddenLayers(composition) : []);
  return {
    layers: [...new Set(built.values())],
    types,
    run(tensors, context) {
      const values = new Map<string, Tensor>();
      composition.inputs.forEach(({ name }, i) => setDefined(values, name, tensors[i]));
      for (const { name, sources, layer } of steps) {
        const given = layer.run(
          mapSeveral(sources, (source) => outputOf(values, source)),
          context,
        );
        const outputs = hidden.has(name) ? (context.hidden?.(given, name) ?? given) : given;
        outputs.forEach((output, index) => values.set(outputName(name, index), output));
      }
      return mapSeveral(composition.outputs, (output) => outputOf(values, output));
    },
  };
}

function setDefined<T>(map: Map<string, T>, name: string, value: T | undefined): void {
  if (value !== undefined) map.set(name, value);
}

function outputOf<T>(outputs: ReadonlyMap<string, T>, name: string): T {
  const output = outputs.get(name);
  if (output !== undefined) return output;
  throw new AdjointError(
    'OPTIONS_INVALID',
    `model: there is no output '${name}'; known are ${[...outputs.keys()].join(', ')}.`,
  );
}
