import type { BuiltLayer, Choice, ExampleType, LayerScope, Several } from '@adjoint/core';

/** Builds layers one after the other inside another layer. */
export function chain(
  scope: LayerScope,
  layers: readonly Choice<'layer'>[],
  inputs: Several<ExampleType>,
): Pick<BuiltLayer, 'outputs' | 'run'> {
  let outputs = inputs;
  const stages = layers.map((layer) => {
    const stage = scope.layer(layer, outputs);
    outputs = stage.outputs;
    return stage;
  });
  return {
    outputs,
    run: (tensors, context) => stages.reduce((values, stage) => stage.run(values, context), tensors),
  };
}
