import { AdjointError } from '../errors.js';
import { mapSeveral, type Several } from '../tensor/several.js';
import { formatShape, sameShape } from '../tensor/shape.js';
import type { ExampleType, VaryingType } from '../data/dataset.js';
import { buildComposition, type BuiltComposition } from './build-composition.js';
import { createScope, probe, type ModelParts } from './build-layer.js';
import type { Composition } from './composition.js';
import type { Parameter, State } from './parameter.js';

export interface BuiltModel extends Omit<BuiltComposition, 'types'> {
  readonly types: ReadonlyMap<string, VaryingType>;
  readonly parameters: readonly Parameter[];
  readonly states: readonly State[];
}

/** Two extents stand for every one that may vary; both are large and even, so that pooling does not make them equal. */
const [extent, otherExtent] = [256, 384];

/** Builds a composition as a model of its own; extents that may vary stay null in what depends on them. */
export function buildModel(composition: Composition, parts: ModelParts): BuiltModel {
  const scope = createScope(parts, '');
  const built = buildComposition(composition, examplesOf(composition, extent), scope);
  const model = { ...built, parameters: scope.parameters, states: scope.states };
  if (composition.inputs.every(({ shape }) => !shape.includes(null))) return model;

  const others = examplesOf(composition, otherExtent);
  const variables = new Map([...scope.parameters, ...scope.states].map(({ name, variable }) => [name, variable]));
  const declare: ModelParts['declare'] = (name, shape) => {
    const variable = variables.get(name);
    if (variable && sameShape(variable.type.shape, shape)) return variable;
    const found = variable ? ` (${formatShape(variable.type.shape)} or ${formatShape(shape)})` : '';
    throw depends(`'${name}'${found}`);
  };
  const other = buildComposition(composition, others, createScope({ ...parts, declare }, ''));
  // A layer that kept an extent from when it was built fails here, or gives something else.
  probe(parts, others, built.run).forEach(({ shape }, i) => {
    const output = composition.outputs[i] ?? '';
    if (!sameShape(shape, other.types.get(output)?.shape ?? [])) throw depends(`the shape of its output '${output}'`);
  });
  const types = [...built.types].map(([name, type]) => [name, varying(type, other.types.get(name))] as const);
  return { ...model, types: new Map(types) };
}

function depends(what: string): AdjointError {
  return new AdjointError(
    'SHAPE_MISMATCH',
    `model: ${what} depends on an extent that may vary; give the model's inputs a fixed one there, or reduce the axis first.`,
  );
}

function examplesOf({ inputs }: Composition, size: number): Several<ExampleType> {
  return mapSeveral(inputs, ({ shape, dtype }) => ({ shape: shape.map((known) => known ?? size), dtype }));
}

function varying({ shape, dtype }: ExampleType, other: ExampleType | undefined): VaryingType {
  return { shape: shape.map((known, axis) => (known === other?.shape[axis] ? known : null)), dtype };
}
