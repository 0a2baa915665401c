import { AdjointError } from '../errors.js';
import { readChoice, shortName } from '../registry/choice.js';
import type { Choice } from '../registry/kinds.js';
import type { DType } from '../tensor/dtype.js';
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
  readonly inputs: readonly string[];
}

/** A model as plain JSON: saved, sent to a worker, built again. */
export interface Composition {
  readonly inputs: readonly InputSpecification[];
  /** In an order in which inputs come before users. */
  readonly layers: readonly LayerSpecification[];
  /** The name whose output is the model's. */
  readonly output: string;
}

declare const linked: unique symbol;

/** The output of an input or a layer while a model is composed. */
export interface Link {
  readonly name: string;
  readonly [linked]?: never;
}

/** Puts a composition together, layer by layer. */
export class Composer {
  readonly #inputs: InputSpecification[] = [];
  readonly #layers: LayerSpecification[] = [];
  readonly #links = new Map<string, Link>();

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
    const foreign = sources.find((source) => this.#links.get(source?.name) !== source);
    if (foreign !== undefined || sources.length === 0) {
      throw new AdjointError(
        'OPTIONS_INVALID',
        `model: layer '${label ?? name}' takes the outputs of inputs and layers of this model; pass what input() and layer() returned.`,
      );
    }
    const link = this.#link(label, shortName(name));
    this.#layers.push({ name: link.name, layer: choice, inputs: sources.map((source) => source.name) });
    return link;
  };

  finish(output: Link): Composition {
    return { inputs: this.#inputs, layers: this.#layers, output: output.name };
  }

  /** A given name must be new; others count up: dense, dense_2, … */
  #link(given: string | undefined, base: string): Link {
    if (given !== undefined && (this.#links.has(given) || given.includes('/'))) {
      throw new AdjointError(
        'OPTIONS_INVALID',
        `model: the name '${given}' ${given.includes('/') ? "contains '/', which separates a layer from its parameters" : 'is taken'}; choose another.`,
      );
    }
    let name = given ?? base;
    // A given name is new, as said above.
    for (let count = 2; this.#links.has(name); count++) name = `${base}_${count}`;
    const link: Link = Object.freeze({ name });
    this.#links.set(name, link);
    return link;
  }
}

/** Refuses a composition, perhaps read from a file, whose names do not lead anywhere. */
export function checkComposition({ inputs, layers, output }: Composition): void {
  const known = new Set<string>();
  const add = (name: string): void => {
    if (known.has(name))
      throw new AdjointError('OPTIONS_INVALID', `model: two inputs or layers are named '${name}'; rename one.`);
    known.add(name);
  };
  const find = (name: string, who: string): void => {
    if (known.has(name)) return;
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
  find(output, 'the output');
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
  return composer.finish(layers.reduce<Link>((link, choice) => composer.layer(choice, link), composer.input(input)));
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
