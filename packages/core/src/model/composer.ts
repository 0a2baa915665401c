import { AdjointError } from '../errors.js';
import { readChoice, shortName } from '../registry/choice.js';
import type { Choice } from '../registry/kinds.js';
import { validateOptions, valueText } from '../registry/options/index.js';
import type { DType } from '../tensor/dtype.js';
import { mapSeveral, severalOf, type Several } from '../tensor/several.js';
import type { VaryingShape } from '../tensor/shape.js';
import type { VaryingType } from '../data/dataset.js';
import {
  newName,
  outputName,
  type Composition,
  type InputSpecification,
  type LayerSpecification,
} from './composition.js';

import { inputOptions, shapeOption, useOptions } from './option-schemas.js';

declare const linked: unique symbol;

/** The output of an input or a layer while a model is composed; of a layer with several, the first. */
export interface Link {
  readonly name: string;
  /** Another output of the same layer: `pool.output(1)` is the second. */
  output(index: number): Link;
  readonly [linked]?: never;
}

/** What a layer takes: one link, a list, or by the names that the layer gives its inputs. */
export type Links = Link | readonly Link[] | Readonly<Record<string, Link>>;

export interface ComposerOptions {
  readonly dtype?: 'float32' | 'float64';
  /** What the classes of the first output are called. */
  readonly classes?: readonly string[];
  /** The names that a layer gives its inputs, if it does. */
  ports?(choice: Choice<'layer'>): readonly string[] | undefined;
}

/** Of an input. */
export interface InputOptions {
  readonly name?: string;
  /** That of the parameters if not given. */
  readonly dtype?: DType;
}

/** Puts a composition together, layer by layer. */
export class Composer {
  readonly #options: ComposerOptions;
  readonly #inputs: InputSpecification[] = [];
  readonly #layers: LayerSpecification[] = [];
  readonly #names = new Set<string>();
  /** Each link that was given out, and the name of its layer. */
  readonly #links = new Map<Link, string>();

  constructor(options: ComposerOptions = {}) {
    this.#options = options;
  }

  /** An input whose examples have this shape (without the batch); null stands for an extent that may vary. */
  readonly input = (shape: VaryingShape, options: InputOptions = {}): Link => {
    validateOptions(shapeOption, shape, 'model: the shape of an input');
    validateOptions(inputOptions, options, 'model: input');
    const { name, dtype = this.#options.dtype ?? 'float32' } = options;
    const own = this.#newName(name, 'input');
    this.#inputs.push({ name: own, shape: [...shape], dtype });
    return this.#link(own, 0);
  };

  /**
   * A layer over the outputs of others; joins such as 'add' take several, and layers with named inputs take a record,
   * such as `{ query, key, value }`. `{ …, name }` names the layer.
   */
  readonly layer = (choice: Choice<'layer'>, inputs: Links): Link => {
    const { name: type, label } = readChoice('layer', choice);
    const sources = this.#sources(label ?? type, inputs, () => this.#options.ports?.(choice));
    const name = this.#newName(label, shortName(type));
    this.#layers.push({ name, layer: choice, inputs: sources });
    return this.#link(name, 0);
  };

  /** The layer that a link is of once more, with the same parameters, over other inputs. */
  readonly use = (link: Link, inputs: Link | readonly Link[], options: { readonly name?: string } = {}): Link => {
    validateOptions(useOptions, options, 'model: use');
    const { name } = options;
    const named = this.#links.get(link);
    const known = this.#layers.find((layer) => layer.name === named);
    if (!known)
      throw new AdjointError('OPTIONS_INVALID', 'model: use() takes what layer() of this model returned, and inputs.');
    const owner = known.use ?? known.name;
    const sources = this.#sources(owner, inputs, () => undefined);
    const own = this.#newName(name, owner);
    this.#layers.push({ name: own, use: owner, inputs: sources });
    return this.#link(own, 0);
  };

  finish(given: Link | readonly Link[]): Composition {
    const outputs = [given].flat() as readonly Link[];
    if (outputs.length === 0 || outputs.some((link) => !this.#links.has(link)))
      throw new AdjointError(
        'OPTIONS_INVALID',
        'model: its outputs are what input() and layer() of it return; return a link or a list of them.',
      );
    return {
      inputs: severalOf(this.#inputs),
      layers: this.#layers,
      outputs: severalOf(outputs.map(({ name }) => name)),
      ...(this.#options.dtype === 'float64' && { dtype: 'float64' }),
      ...(this.#options.classes && { classes: this.#options.classes }),
    };
  }

  /** The names of a layer's inputs, in order. */
  #sources(layer: string, inputs: Links, ports: () => readonly string[] | undefined): Several<string> {
    const links = isLink(inputs) ? [inputs] : isList(inputs) ? inputs : inPortOrder(layer, inputs, ports() ?? []);
    const [first, ...others] = links;
    if (first === undefined || links.some((link) => !this.#links.has(link))) {
      throw new AdjointError(
        'OPTIONS_INVALID',
        `model: layer '${layer}' takes the outputs of inputs and layers of this model; pass what input() and layer() returned.`,
      );
    }
    return mapSeveral([first, ...others], ({ name }) => name);
  }

  #newName(given: string | undefined, base: string): string {
    const name = newName(given, base, this.#names);
    this.#names.add(name);
    return name;
  }

  #link(layer: string, index: number): Link {
    const link: Link = Object.freeze({
      name: outputName(layer, index),
      output: (other: number) => this.#link(layer, other),
    });
    this.#links.set(link, layer);
    return link;
  }
}

/**
 * A composition with branches and joins, which `app.build` makes a model of; `app.model` does both.
 * @example compose(({ input, layer }) => { const x = input([8]); return layer('add', [x, layer({ dense: { units: 8 } }, x)]); })
 */
export function compose(
  build: (composer: Pick<Composer, 'input' | 'layer' | 'use'>) => Link | Several<Link>,
  options?: ComposerOptions,
): Composition {
  if (typeof build !== 'function')
    throw new AdjointError(
      'OPTIONS_INVALID',
      `model: found ${valueText(build)}; give a function of { input, layer, use }.`,
    );
  const composer = new Composer(options);
  return composer.finish([build(composer)].flat());
}

/** A composition of layers one after the other. */
export function sequence(
  input: VaryingShape | VaryingType,
  layers: readonly Choice<'layer'>[],
  options?: ComposerOptions,
): Composition {
  if (!Array.isArray(layers))
    throw new AdjointError(
      'OPTIONS_INVALID',
      `sequential: the layers are ${valueText(layers)}; give a list of them: ['flatten', { dense: { units: 10 } }].`,
    );
  const composer = new Composer(options);
  const start = 'shape' in input ? composer.input(input.shape, { dtype: input.dtype }) : composer.input(input);
  return composer.finish([layers.reduce<Link>((link, choice) => composer.layer(choice, link), start)]);
}

function isLink(inputs: Links): inputs is Link {
  return typeof (inputs as Link)?.output === 'function';
}

function isList(inputs: Exclude<Links, Link>): inputs is readonly Link[] {
  return Array.isArray(inputs);
}

/** Links by the names of a layer's inputs, as a list; only the last of them may be left out. */
function inPortOrder(layer: string, inputs: Readonly<Record<string, Link>>, ports: readonly string[]): readonly Link[] {
  const count = Object.keys(inputs ?? {}).length;
  const links = ports.slice(0, count).flatMap((port) => inputs[port] ?? []);
  if (links.length === count) return links;
  throw new AdjointError(
    'OPTIONS_INVALID',
    `model: layer '${layer}' was given inputs named ${Object.keys(inputs).join(', ')}; ${
      ports.length === 0
        ? 'its inputs have no names, so pass a list of them.'
        : `it takes, in this order, ${ports.join(', ')}, of which the last may be left out.`
    }`,
  );
}
