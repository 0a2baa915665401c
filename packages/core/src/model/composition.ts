import { AdjointError } from '../errors.js';
import type { Choice } from '../registry/kinds.js';
import type { Several } from '../tensor/several.js';
import type { VaryingType } from '../data/dataset.js';

/** An input of a model: the type of one example. */
export interface InputSpecification extends VaryingType {
  readonly name: string;
}

/** A layer in its place: what it is, and whose outputs it takes. */
export type LayerSpecification = {
  readonly name: string;
  /** Names of inputs and layers; `pool:1` is the second output of the layer `pool`. */
  readonly inputs: Several<string>;
} & (
  | { readonly layer: Choice<'layer'>; readonly use?: never }
  /** The name of a layer before this one, which runs once more: with the same parameters on other inputs. */
  | { readonly use: string; readonly layer?: never }
);

/** A model as plain JSON: saved, sent to a worker, built again. */
export interface Composition {
  readonly inputs: Several<InputSpecification>;
  /** In an order in which inputs come before users. */
  readonly layers: readonly LayerSpecification[];
  /** Names as in `inputs` of a layer. */
  readonly outputs: Several<string>;
  /** Of the parameters; float32 if not given. */
  readonly dtype?: 'float64';
  /** What the classes of the first output are called, in the order of their numbers. */
  readonly classes?: readonly string[];
}

/** How an output of a layer is named: the first as the layer, others `layer:1`, `layer:2`, … */
export function outputName(layer: string, index: number): string {
  return index === 0 ? layer : `${layer}:${index}`;
}

/** The name of the layer (or input) that an output is of. */
function layerOf(output: string): string {
  return output.replace(/:[1-9]\d*$/, '');
}

/** The names of the layers that give no output of the model. */
export function hiddenLayers({ layers, outputs }: Composition): string[] {
  const last = new Set(outputs.map(layerOf));
  return layers.map(({ name }) => name).filter((name) => !last.has(name));
}

/** The name for a new layer: as it is given, which must be new, or the base, counted up: dense, dense_2, … */
export function newName(given: string | undefined, base: string, taken: { has(name: string): boolean }): string {
  let name = given ?? base;
  checkName(name, given === undefined ? new Set() : taken);
  if (!taken.has(name)) return name;
  const known = counts.get(taken) ?? new Map<string, number>();
  counts.set(taken, known);
  let count = known.get(base) ?? 1;
  do name = `${base}_${++count}`;
  while (taken.has(name));
  known.set(base, count);
  return name;
}

/** How far the names of a base were counted up, so that a model of thousands of layers does not begin anew each time. */
const counts = new WeakMap<object, Map<string, number>>();

function checkName(name: string, taken: { has(name: string): boolean }): void {
  const problem = name.includes('/')
    ? "contains '/', which separates a layer from its parameters"
    : name.includes(':')
      ? "contains ':', which separates a layer from the number of its output"
      : taken.has(name) && 'is taken';
  if (problem) throw new AdjointError('OPTIONS_INVALID', `model: the name '${name}' ${problem}; choose another.`);
}

/** Refuses a composition, perhaps read from a file, whose names do not lead anywhere. */
export function checkComposition({ inputs, layers, outputs }: Composition): void {
  if (inputs.length === 0 || outputs.length === 0)
    throw new AdjointError('OPTIONS_INVALID', 'model: it has no inputs or no outputs; there must be one of each.');
  const known = new Set<string>();
  const owners = new Set<string>();
  const add = (name: string): void => {
    if (known.has(name))
      throw new AdjointError('OPTIONS_INVALID', `model: two inputs or layers are named '${name}'; rename one.`);
    checkName(name, known);
    known.add(name);
  };
  const find = (name: string, places: ReadonlySet<string>, who: string): void => {
    if (places.has(layerOf(name))) return;
    throw new AdjointError(
      'OPTIONS_INVALID',
      `model: ${who} is '${name}', which is no ${places === known ? 'input and no ' : ''}layer before it; known there: ${[...places].join(', ')}.`,
    );
  };
  for (const { name } of inputs) add(name);
  for (const { name, inputs: sources, use } of layers) {
    for (const source of sources) find(source, known, `an input of layer '${name}'`);
    if (use !== undefined) find(use, owners, `what layer '${name}' uses again`);
    else owners.add(name);
    add(name);
  }
  for (const output of outputs) find(output, known, 'the output');
}

/**
 * The composition, if a file can hold it.
 * @throws AdjointError `OPTIONS_INVALID` that names a layer whose options are more than plain values.
 */
export function savable(composition: Composition): Composition {
  if (!Array.isArray((composition as Composition | null | undefined)?.layers))
    throw new AdjointError('OPTIONS_INVALID', 'model: what is to be saved is no composition; pass model.composition.');
  const odd = composition.layers.find(({ layer }) => layer !== undefined && !isPlain(layer));
  if (!odd) return composition;
  throw new AdjointError(
    'OPTIONS_INVALID',
    `layer '${odd.name}': its options hold a function or an object that JSON cannot hold, so the model cannot be saved; register a layer of your own with plain options.`,
  );
}

/** Whether JSON holds the value as it is. */
export function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null)
    return value === null || ['string', 'boolean'].includes(typeof value);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(value).every((part) => part === undefined || isPlain(part));
}
