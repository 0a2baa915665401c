import { constant } from '@adjoint/core/primitives';
import {
  evaluationContext,
  hostTensor,
  type App,
  type Choice,
  type Kind,
  type Model,
  type Several,
  type Tensor,
} from '@adjoint/core';

export interface LayerRun {
  /** Values of parameters and states by their names within the layer: `weight`, `mean`. The initial ones if not given. */
  readonly values?: Readonly<Record<string, Tensor>>;
  /** false if not given. */
  readonly training?: boolean;
}

export interface LayerResult {
  /** The first of its outputs. */
  readonly output: Tensor;
  readonly outputs: Several<Tensor>;
  /** Next values of the states that the layer updated, by their names within the layer. */
  readonly states: Readonly<Record<string, Tensor>>;
}

/** Builds one layer and applies it to a batch; `inputs` have the batch as their first axis. */
export function applyLayer(
  app: App,
  layer: Choice<'layer'>,
  inputs: Several<Tensor>,
  { values = {}, training = false }: LayerRun = {},
): LayerResult {
  const model = modelOf(app, layer, inputs);
  const evaluation = evaluationContext(model.dtype);
  const states: Record<string, Tensor> = {};
  const outputs = model.apply(inputs, {
    ...evaluation,
    training,
    value: (of) =>
      (typeof of === 'object' && 'name' in of ? values[ownName(of.name)] : undefined) ?? evaluation.value(of),
    update: ({ name }, value) => (states[ownName(name)] = value),
    random: () => constant(hostTensor(Int32Array.of(7, 11, 13))),
  });
  return { output: outputs[0], outputs, states };
}

/** A choice whose name is only known when the test runs. */
export function choiceOf<K extends Kind>(name: string, options: object = {}): Choice<K> {
  return { [name]: options } as Choice<K>;
}

/** A model of the layer alone with all of its outputs, in float64 where its first input is. */
function modelOf(app: App, layer: Choice<'layer'>, inputs: Several<Tensor>, outputs = 1): Model {
  const model = app.model(
    ({ input, layer: add }) => {
      const link = add(
        layer,
        inputs.map(({ shape, dtype }) => input(shape.slice(1), { dtype })),
      );
      return [link, ...Array.from({ length: outputs - 1 }, (_, i) => link.output(i + 1))];
    },
    inputs[0].dtype === 'float64' ? { dtype: 'float64' } : {},
  );
  const found = model.layers[0]?.outputs.length ?? outputs;
  return found === outputs ? model : modelOf(app, layer, inputs, found);
}

/** `weight` of `dense/weight`. */
function ownName(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}
