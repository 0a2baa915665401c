import { AdjointError } from '../errors.js';
import { readChoice, shortName } from '../registry/choice.js';
import type { Choice } from '../registry/kinds.js';
import type { DType } from '../tensor/dtype.js';
import { mapSeveral, severalOf, type Several } from '../tensor/several.js';
import type { Shape } from '../tensor/shape.js';

/** An input of a model: the type of one example. */
export interface InputSpecification {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A layer in its place: what it is, and whose outputs it takes. */
export interface LayerSpecification {
  readonly name: string;
  readonly layer: Choice<'layer'>;
  readonly inputs: Several<string>;
}

/** A model as plain JSON: saved, sent to a worker, built again. */
export interface Composition {
  readonly inputs: Several<InputSpecification>;
  /** In an order in which inputs come before users. */
  readonly layers: readonly LayerSpecification[];
  /** Names of the layers (or inputs) whose outputs are the model's; `pool:1` is the second output of the layer `pool`. */
  readonly outputs: Several<string>;
}

declare const linked: unique symbol;

/** The output of an input or a layer while a model is composed; of a layer with several, the first. */
export interface Link {
  readonly name: string;
  /** Another output of the same layer: `pool.output(1)` is the second. */
  output(index: number): Link;
  readonly [linked]?: never;
}

/** Puts a composition together, layer by layer. */
export class Composer {
  readonly #inputs: InputSpecification[] = [];
  readonly #layers: LayerSpecification[] = [];
  readonly #names = new Set<string>();
  readonly #links = new Set<Link>();

  /** An input whose examples have this shape (without the batch). */
  readonly input = (
    shape: Shape,
    { name, dtype = 'float32' }: { readonly name?: string; readonly dtype?: DType } = {},
  ): Link => {
    const link = this.#link(name, 'input');
    this.#inputs.push({ name: link.name, shape: [...shape], dtype });
    return link;
  };

  /** A layer over the outputs of others; joins such as 'add' take several. `{ …, name }` names it. */
  readonly layer = (choice: Choice<'layer'>, inputs: Link | readonly Link[]): Link => {
    const { name, label } = readChoice('layer', choice);
    const sources = (Array.isArray(inputs) ? inputs : [inputs]) as readonly Link[];
    const foreign = sources.find((source) => !this.#links.has(source));
    if (foreign !== undefined || sources.length === 0) {
      throw new AdjointError(
        'OPTIONS_INVALID',
        `model: layer '${label ?? name}' takes the outputs of inputs and layers of this model; pass what input() and layer() returned.`,
      );
    }
    const link = this.#link(label, shortName(name));
    this.#layers.push({ name: link.name, layer: choice, inputs: severalOf(sources.map((source) => source.name)) });
    return link;
  };

  finish(outputs: Several<Link>): Composition {
    if (this.#inputs.length === 0)
      throw new AdjointError('OPTIONS_INVALID', 'model: it has no inputs; call input() at least once.');
    return {
      inputs: severalOf(this.#inputs),
      layers: this.#layers,
      outputs: mapSeveral(outputs, ({ name }) => name),
    };
  }

  /** A given name must be new; others count up: dense, dense_2, … */
  #link(given: string | undefined, base: string): Link {
    if (given !== undefined) checkName(given, this.#names);
    let name = given ?? base;
    // A given name is new, as said above.
    for (let count = 2; this.#names.has(name); count++) name = `${base}_${count}`;
    this.#names.add(name);
    return this.#output(name, 0);
  }

  #output(layer: string, index: number): Link {
    const link: Link = Object.freeze({
      name: outputName(layer, index),
      output: (other: number) => this.#output(layer, other),
    });
    this.#links.add(link);
    return link;
  }
}

/** How an output of a layer is named: the first as the layer, others `layer:1`, `layer:2`, … */
export function outputName(layer: string, index: number): string {
  return index === 0 ? layer : `${layer}:${index}`;
}

/** The name of the layer (or input) that an output is of. */
function layerOf(output: string): string {
  return output.replace(/:[1-9]\d*$/, '');
}

function checkName(name: string, taken: ReadonlySet<string>): void {
  const problem = name.includes('/')
    ? "contains '/', which separates a layer from its parameters"
    : name.includes(':')
      ? "contains ':', which separates a layer from the number of its output"
      : taken.has(name)
        ? 'is taken'
        : undefined;
  if (problem) throw new AdjointError('OPTIONS_INVALID', `model: the name '${name}' ${problem}; choose another.`);
}

/** Refuses a composition, perhaps read from a file, whose names do not lead anywhere. */
export function checkComposition({ inputs, layers, outputs }: Composition): void {
  const known = new Set<string>();
  const add = (name: string): void => {
    if (known.has(name))
      throw new AdjointError('OPTIONS_INVALID', `model: two inputs or layers are named '${name}'; rename one.`);
    known.add(name);
  };
  const find = (name: string, who: string): void => {
    if (known.has(layerOf(name))) return;
    throw new AdjointError(
      'OPTIONS_INVALID',
      `model: ${who} is '${name}', which is no input and no layer before it; known there: ${[...known].join(', ')}.`,
    );
  };
  for (const { name } of inputs) add(name);
  for (const { name, inputs: sources } of layers) {
    for (const source of sources) find(source, `an input of layer '${name}'`);
    add(name);
  }
  for (const output of outputs) find(output, 'the output');
}

/**
 * The composition, if a file can hold it.
 * @throws AdjointError `OPTIONS_INVALID` that names a layer whose options are more than plain values.
 */
export function savable(composition: Composition): Composition {
  const odd = composition.layers.find(({ layer }) => !isPlain(layer));
  if (!odd) return composition;
  throw new AdjointError(
    'OPTIONS_INVALID',
    `layer '${odd.name}': its options hold a function or an object that JSON cannot hold, so the model cannot be saved; register a layer of your own with plain options.`,
  );
}

/** A composition of layers one after the other. */
export function sequence(input: Shape, layers: readonly Choice<'layer'>[]): Composition {
  const composer = new Composer();
  return composer.finish([layers.reduce<Link>((link, choice) => composer.layer(choice, link), composer.input(input))]);
}

/** Whether JSON holds the value as it is. */
function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null)
    return value === null || ['string', 'boolean'].includes(typeof value);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(value).every((part) => part === undefined || isPlain(part));
}
