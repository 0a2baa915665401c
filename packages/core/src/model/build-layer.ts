import { Trace } from '../engine/trace.js';
import type { Engine } from '../engine/engine.js';
import type { Variable } from '../engine/variable.js';
import { AdjointError } from '../errors.js';
import { Tensor } from '../graph/tensor.js';
import { RandomSource } from '../random/random-source.js';
import { readChoice, shortName } from '../registry/choice.js';
import type { Choice } from '../registry/kinds.js';
import type { Registry } from '../registry/registry.js';
import { valueText } from '../registry/options/index.js';
import { allocateArray } from '../tensor/dtype.js';
import { hostTensor, type HostTensor } from '../tensor/host-tensor.js';
import { distinct, inspectable } from '../tensor/inspectable.js';
import { mapSeveral, severalOf, type Several } from '../tensor/several.js';
import { checkShape, formatShape, sizeOf, type Shape } from '../tensor/shape.js';
import type { ExampleType } from '../data/dataset.js';
import { newName } from './composition.js';
import { describeLayer, describeParameter } from './describe.js';
import { evaluationContext } from './evaluation-context.js';
import { inLayer } from './in-layer.js';
import { contextInside } from './layer-context.js';
import type { BuiltLayer, Forward, ForwardContext, LayerScope } from './layer.js';
import type { Initializer } from './initializer.js';
import type { Parameter, State } from './parameter.js';

/** What the scopes of a model share. */
export interface ModelParts {
  readonly engine: Engine;
  readonly registry: Registry;
  readonly seed: number;
  readonly dtype: 'float32' | 'float64';
  /** Makes a variable of a parameter or a state. */
  declare(name: string, shape: Shape, initial: () => HostTensor): Variable;
}

/** A scope, and what is declared in it and in the scopes inside it. */
export interface OwningScope extends LayerScope {
  readonly parameters: readonly Parameter[];
  readonly states: readonly State[];
}

/** The scope of a layer, or of a whole model, whose name is ''. */
export function createScope(parts: ModelParts, name: string): OwningScope {
  const parameters: Parameter[] = [];
  const states: State[] = [];
  const taken = new Set<string>();
  const fullName = (own: string): string => {
    taken.add(own);
    return name === '' ? own : `${name}/${own}`;
  };
  const declare = (own: string, shape: Shape, initial: (full: string) => HostTensor) => {
    if (taken.has(own))
      throw new AdjointError('OPTIONS_INVALID', `it declares '${own}' twice; give its parameters different names.`);
    checkShape(shape, `parameter '${own}'`);
    const full = fullName(own);
    return { name: full, variable: parts.declare(full, shape, () => initial(full)), initial: () => initial(full) };
  };
  return {
    name,
    dtype: parts.dtype,
    parameters,
    states,
    parameter(own, shape, { initialize, role, ...fans }) {
      const initial = (full: string): HostTensor => filled(parts, full, shape, initialize, fans);
      const parameter = { ...declare(own, shape, initial), role };
      inspectable({ prototype: parameter }, describeParameter);
      parameters.push(parameter);
      return parameter;
    },
    state(own, shape, initial) {
      const value = (full: string): HostTensor => {
        if (typeof initial === 'function') return filled(parts, full, shape, initial);
        if (typeof initial === 'object') return hostTensor(initial.initial().data, shape);
        return hostTensor(allocateArray(parts.dtype, sizeOf(shape)).fill(initial), shape);
      };
      const { name: full, variable } = declare(own, shape, value);
      const state = { name: full, variable, role: 'state' } as const;
      inspectable({ prototype: state }, describeParameter);
      states.push(state);
      return state;
    },
    layer(choice, inputs, given) {
      const { name: type, label } = readChoice('layer', choice);
      const own = newName(given, label ?? shortName(type), taken);
      const layer = buildLayer(parts, choice, inputs, { own, full: fullName(own) });
      parameters.push(...layer.parameters);
      states.push(...layer.states);
      return layer;
    },
  };
}

function buildLayer(
  parts: ModelParts,
  choice: Choice<'layer'>,
  inputs: Several<ExampleType>,
  { own, full }: { readonly own: string; readonly full: string },
): BuiltLayer {
  const layer = parts.registry.create('layer', choice);
  const scope = createScope(parts, full);
  const { parameters, states } = scope;
  const forward = inLayer(full, inputs, () => {
    const built: unknown = layer.build(inputs, scope);
    if (typeof built === 'function') return built as Forward;
    throw new AdjointError(
      'PLUGIN_INVALID',
      `build returns ${valueText(built)}; expected a function from inputs and a context to outputs.`,
    );
  });
  const run = (tensors: Several<Tensor>, outer: ForwardContext): Several<Tensor> =>
    inLayer(full, mapSeveral(tensors, exampleOf), () => {
      const outputs = forward(tensors, contextInside(outer, own, scope));
      const list: unknown = outputs instanceof Tensor ? [outputs] : outputs;
      if (Array.isArray(list) && list.length > 0 && list.every((output) => output instanceof Tensor))
        return severalOf(list as Tensor[]);
      throw new AdjointError('PLUGIN_INVALID', `it gives ${valueText(outputs)}; expected a tensor or a list of them.`);
    });
  const outputsFor = (types: Several<ExampleType>): Several<ExampleType> =>
    inLayer(full, types, () => probe(parts, types, run));
  const { name: type } = readChoice('layer', choice);
  const built: BuiltLayer = { name: full, type, parameters, states, outputs: outputsFor(inputs), outputsFor, run };
  inspectable({ prototype: built }, describeLayer);
  distinct(built, 'parameters', 'states');
  return built;
}

/** Two examples tell the batch axis from the others. */
const probeBatch = 2;

/** Finds the types of a layer's outputs by tracing it. */
export function probe(
  { engine, dtype }: ModelParts,
  types: Several<ExampleType>,
  run: BuiltLayer['run'],
): Several<ExampleType> {
  const batches = types.map(({ shape, dtype: own }) => ({ shape: [probeBatch, ...shape], dtype: own }));
  const trace = new Trace(engine, batches);
  const outputs = trace.record(() => run(severalOf(trace.inputs), evaluationContext(dtype)));
  return mapSeveral(outputs, (output) => {
    if (output.shape[0] === probeBatch) return exampleOf(output);
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `its output ${formatShape(output.shape)} has lost the batch axis; a batch of ${probeBatch} examples must give ${probeBatch} outputs.`,
    );
  });
}

/** The type of one example of a batch. */
function exampleOf({ shape, dtype }: ExampleType): ExampleType {
  return { shape: shape.slice(1), dtype };
}

/** An initial value: a function of the seed and the name alone. */
function filled(
  { seed, dtype }: ModelParts,
  name: string,
  shape: Shape,
  initialize: Initializer,
  fans: Partial<Parameters<Initializer>[1]> = {},
): HostTensor {
  const random = new RandomSource(seed).child(name);
  const values: unknown = initialize(shape, { ...fansOf(shape), ...fans, random });
  if (ArrayBuffer.isView(values) && (values as Float32Array).length === sizeOf(shape))
    return hostTensor(values as Float32Array, shape, dtype);
  const found = ArrayBuffer.isView(values) ? `${(values as Float32Array).length} values` : valueText(values);
  throw new AdjointError(
    'PLUGIN_INVALID',
    `the initializer of '${name}' gives ${found}; expected a Float32Array or Float64Array with ${sizeOf(shape)} values for ${formatShape(shape)}.`,
  );
}

/** Fans of a weight [outputs, inputs, …receptive field]. */
function fansOf(shape: Shape): { fanIn: number; fanOut: number } {
  const [outputs = 1, inputs = 1, ...field] = shape;
  const area = sizeOf(field);
  return { fanIn: inputs * area, fanOut: outputs * area };
}
