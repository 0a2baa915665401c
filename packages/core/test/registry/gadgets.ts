// A kind of its own with a few definitions, so that these tests depend on no real layer or optimizer.
import { definer, definePlugin, type Choice, type Definition, type NamesOf } from '../../src/index.js';
import {
  array,
  between,
  choice,
  count,
  documented,
  fraction,
  object,
  oneOf,
  optional,
  rate,
  tuple,
  type Schema,
} from '../../src/registry/options/index.js';

export interface Gadget {
  readonly made: string;
  readonly options?: unknown;
  readonly inside?: readonly Gadget[];
}

export interface Gadgets extends NamesOf<typeof builtIn.gadget>, NamesOf<typeof acme.gadget> {}

declare module '../../src/index.js' {
  interface Kinds {
    gadget: { catalogue: Gadgets; instance: Gadget };
  }
}

export const defineGadget = definer('gadget');

export const plain = defineGadget({ options: object({}), create: () => ({ made: 'plain' }) });

export const dial = defineGadget({
  description: 'Turns.',
  options: object({
    speed: documented(rate, 'Turns per second.'),
    mode: optional(oneOf('slow', 'fast'), 'slow'),
    label: optional(oneOf('a', 'b')),
  }),
  examples: [{ options: { speed: 1, mode: 'fast' } }],
  create: (options) => ({ made: 'dial', options }),
});

export const grid = defineGadget({
  options: object({ size: tuple(count, count), weights: optional(array(between(-1, 1)), []) }),
  create: (options) => ({ made: 'grid', options }),
});

export interface BoxOptions {
  readonly contents: readonly Choice<'gadget'>[];
}

/** Its type is stated, since it would otherwise refer to itself: a choice of gadget may be a box. */
export const box: Definition<'gadget', Schema<BoxOptions>> = defineGadget({
  options: object({ contents: array(choice('gadget')) }),
  create: ({ contents }, context): Gadget => ({
    made: 'box',
    inside: contents.map((content) => context.create('gadget', content)),
  }),
});

export const signum = defineGadget({
  options: object({ learningRate: optional(rate, 1e-3), beta: optional(fraction, 0.9) }),
  formula: 'm ← βm + (1−β)g;  w ← w − η·sign(m)',
  source: 'Bernstein et al. 2018, algorithm 1',
  create: (options) => ({ made: 'signum', options }),
});

export const builtIn = definePlugin({
  name: '@adjoint/gadgets',
  version: '0.3.0',
  gadget: { plain, dial, grid },
});

export const acme = definePlugin({
  name: '@acme/adjoint-signum',
  version: '1.0.0',
  gadget: { 'acme/signum': signum, 'acme/box': box },
});
