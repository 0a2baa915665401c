import {
  anyOf,
  array,
  custom,
  documented,
  integer,
  object,
  oneOf,
  optional,
  refine,
  string,
  type Schema,
} from '../registry/options/index.js';
import type { Composition } from './composition.js';

/** No two classes have one name. */
export const classNames = refine(
  array(string),
  (names) => names.length > 0 && new Set(names).size === names.length,
  'different names, at least one',
);

/** Options of layers are shallow, and so are models in models; what is deeper is meant to exhaust the stack. */
const deepest = 64;

const extent = anyOf(
  refine(integer, (value) => value >= 0, 'at least 0'),
  custom<null>((value) => value === null, 'null'),
);

const names = refine(array(string), (list) => list.length > 0, 'at least one');

const input = object({
  name: string,
  shape: array(extent),
  dtype: oneOf('float32', 'float64', 'int32', 'bool'),
});

const layer = refine(
  object({
    name: string,
    layer: optional(custom<unknown>(isChoice, `a choice of a layer, nested at most ${deepest} deep`)),
    use: optional(string),
    inputs: names,
  }),
  ({ layer: choice, use }) => (choice === undefined) !== (use === undefined),
  "with either 'layer' or 'use'",
);

/**
 * What a composition looks like, wherever it is read. Which layers there are, and with what options, is known to the app
 * that builds them, not to a schema; hence the cast.
 */
export const compositionSchema = object({
  inputs: documented(
    refine(array(input), (list) => list.length > 0, 'at least one'),
    'Of one example, by name.',
  ),
  layers: documented(array(layer), 'Each names what it takes: inputs and layers before it.'),
  outputs: documented(names, 'Names of layers or inputs.'),
  dtype: documented(optional(oneOf('float64')), 'Of the parameters; float32 if not given.'),
  classes: documented(optional(classNames), 'What the classes of the first output are called.'),
}) as unknown as Schema<Composition>;

function isChoice(value: unknown): boolean {
  const isNamed = typeof value === 'string' || (typeof value === 'object' && value !== null && !Array.isArray(value));
  return isNamed && !isDeeperThan(value, deepest);
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isDeeperThan(part, levels - 1));
}
