import {
  evaluationContext,
  mapSeveral,
  severalOf,
  sizeOf,
  Tensor,
  type App,
  type BuiltLayer,
  type Composition,
  type ExampleType,
  type ForwardContext,
  type LayerScope,
  type Parameter,
  type Several,
  type Shape,
  type State,
} from '@adjoint/core';
import { inputPrimitive, leaf } from '@adjoint/core/primitives';

export interface Sizes {
  /** Number of trainable scalars. */
  parameters: number;
  /** Number of scalars that layers keep themselves, such as running means. */
  states: number;
  /** Shapes of one example of the outputs. */
  readonly outputs: readonly Shape[];
}

/** What a model of a composition would hold, without any memory for it: a VGG has half a gigabyte. */
export function sizesOf(app: App, { inputs, layers, outputs }: Composition): Sizes {
  const count = { parameters: 0, states: 0 };
  const types = new Map<string, ExampleType>();
  for (const { name, shape, dtype } of inputs) types.set(name, { shape: shape.map((extent) => extent ?? 64), dtype });
  for (const { name, layer, inputs: sources } of layers) {
    const given = mapSeveral(sources, (source) => types.get(source)!);
    if (layer === undefined) throw new Error(`${name} uses a layer again, which this count does not know.`);
    const built = build(app, layer, given, count);
    types.set(name, built[0]);
  }
  return { ...count, outputs: outputs.map((name) => types.get(name)!.shape) };
}

type Count = Pick<Sizes, 'parameters' | 'states'>;

function tensorOf({ shape, dtype }: ExampleType): Tensor {
  return leaf(inputPrimitive, { shape, dtype });
}

/** Types of the outputs of a layer whose parameters have shapes and no values. */
function build(
  app: App,
  choice: Parameters<LayerScope['layer']>[0],
  inputs: Several<ExampleType>,
  count: Count,
): Several<ExampleType> {
  const shapes = new Map<unknown, Shape>();
  const declare = <T extends Parameter | State>(kind: keyof Count, shape: Shape): T => {
    count[kind] += sizeOf(shape);
    const declared = { variable: { type: { shape, dtype: 'float32' } } } as T;
    shapes.set(declared, shape);
    return declared;
  };
  const value = (of: unknown): Tensor => {
    const shape = shapes.get(of);
    return shape ? tensorOf({ shape, dtype: 'float32' }) : evaluation.value(of as number);
  };
  const evaluation = evaluationContext('float32');
  const scope: LayerScope = {
    name: '',
    dtype: 'float32',
    parameter: (_, shape) => declare('parameters', shape),
    state: (_, shape) => declare('states', shape),
    layer(inner, types) {
      const outputs = build(app, inner, types, count);
      const run: BuiltLayer['run'] = () => mapSeveral(outputs, (type) => tensorOf(batched(type)));
      return { name: '', type: '', parameters: [], states: [], outputs, outputsFor: () => outputs, run };
    },
  };
  const forward = app.registry.create('layer', choice).build(inputs, scope);
  const context: ForwardContext = { ...evaluation, value };
  const outputs = forward(
    mapSeveral(inputs, (type) => tensorOf(batched(type))),
    context,
  );
  const all = outputs instanceof Tensor ? ([outputs] as const) : outputs;
  return mapSeveral(severalOf(all), ({ shape, dtype }) => ({ shape: shape.slice(1), dtype }));
}

function batched({ shape, dtype }: ExampleType): ExampleType {
  return { shape: [2, ...shape], dtype };
}
