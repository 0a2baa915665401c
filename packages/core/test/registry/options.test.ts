import test from 'ava';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { definePlugin, Registry } from '../../src/index.js';
import {
  anyOf,
  array,
  between,
  boolean,
  count,
  custom,
  fraction,
  integer,
  number,
  object,
  oneOf,
  optional,
  positive,
  rate,
  refine,
  string,
  tuple,
  type Schema,
} from '../../src/registry/options/index.js';
import { validateOptions } from '../../src/registry/options/validate-options.js';
import { builtIn, defineGadget } from './gadgets.js';

const registry = new Registry().use(builtIn);

function accepts(schema: Schema, value: unknown): boolean {
  const result = schema['~standard'].validate(value);
  if (result instanceof Promise) throw new TypeError('The helpers are synchronous.');
  return result.issues === undefined;
}

const samples: [string, Schema, unknown[], unknown[]][] = [
  ['number', number, [0, -1.5, 1e300], [NaN, Infinity, '1', null, 1n]],
  ['positive', positive, [1e-30], [0, -1, Infinity]],
  ['rate', rate, [0, 3], [-1e-9, NaN, Infinity]],
  ['fraction', fraction, [0, 0.5, 1], [-0.1, 1.1, NaN]],
  ['between', between(-1, 2), [-1, 2], [-1.1, 2.1]],
  ['integer', integer, [-3, 0], [0.5, 2 ** 60, NaN]],
  ['count', count, [1, 7], [0, -1, 1.5]],
  ['boolean', boolean, [true, false], [0, 'true']],
  ['string', string, ['', 'a'], [0, null]],
  ['oneOf', oneOf('same', 'valid'), ['same'], ['full', '']],
  ['array', array(count), [[], [1, 2]], [[0], 1, 'a']],
  ['tuple', tuple(count, string), [[1, 'a']], [[1], [1, 'a', 2], ['a', 1]]],
  ['anyOf', anyOf(count, oneOf('full')), [3, 'full'], [0, 'half']],
  ['refine', refine(integer, (value) => value % 2 !== 0, 'odd'), [3], [2, 1.5]],
  ['custom', custom((value) => typeof value === 'function', 'a function'), [() => 1], [1]],
  [
    'object',
    object({ a: count, b: optional(count) }),
    [{ a: 1 }, { a: 1, b: undefined }],
    [{}, { a: 1, c: 1 }, 1, null],
  ],
];

for (const [name, schema, good, bad] of samples) {
  test(`${name} accepts and refuses`, (t) => {
    for (const value of good) t.true(accepts(schema, value), String(value));
    for (const value of bad) t.false(accepts(schema, value), String(value));
  });
}

test('defaults are filled in', (t) => {
  t.deepEqual(registry.create('gadget', { dial: { speed: 2 } }).options, { speed: 2, mode: 'slow' });
  t.deepEqual(registry.create('gadget', { dial: { speed: 2, mode: undefined } as { speed: number } }).options, {
    speed: 2,
    mode: 'slow',
  });
});

function messageFor(options: unknown): string {
  const schema = object({
    units: count,
    rate: optional(fraction, 0.5),
    padding: optional(anyOf(oneOf('same', 'valid'), tuple(integer, integer))),
    odd: optional(refine(integer, (value) => value % 2 !== 0, 'odd')),
    inner: optional(object({ depth: optional(count) })),
    act: optional(custom((value) => typeof value === 'function', 'a function')),
  });
  try {
    validateOptions(schema, options, "layer 'dense'");
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
}

const messages: [unknown, string][] = [
  [{}, "layer 'dense': option 'units' is missing; give integer ≥ 1."],
  [{ units: 0 }, "layer 'dense': option 'units' is 0; expected integer ≥ 1."],
  [{ units: 1, rate: 'x' }, "layer 'dense': option 'rate' is 'x'; expected number in [0, 1]."],
  [{ units: 1, rate: NaN }, "layer 'dense': option 'rate' is NaN; expected number in [0, 1]."],
  [
    { units: 1, padding: 'full' },
    "layer 'dense': option 'padding' is 'full'; expected 'same' | 'valid' | [integer, integer].",
  ],
  [{ units: 1, odd: 2 }, "layer 'dense': option 'odd' is 2; expected integer odd."],
  [{ units: 1, act: 3 }, "layer 'dense': option 'act' is 3; expected a function."],
  [{ units: 1, inner: { depth: -1 } }, "layer 'dense': option 'inner.depth' is -1; expected integer ≥ 1."],
  [
    { units: 1, inner: { dept: 1 } },
    "layer 'dense': there is no option 'inner.dept'; did you mean 'depth'? Known: depth.",
  ],
  [
    { units: 1, rat: 1 },
    "layer 'dense': there is no option 'rat'; did you mean 'rate'? Known: units, rate, padding, odd, inner, act.",
  ],
  [
    { units: 0, rate: 2 },
    "layer 'dense': option 'units' is 0; expected integer ≥ 1.\n  option 'rate' is 2; expected number in [0, 1].",
  ],
  [
    [1],
    "layer 'dense': option 'units' is missing; give integer ≥ 1.\n  there is no option '0'. Known: units, rate, padding, odd, inner, act.",
  ],
];

for (const [options, expected] of messages) {
  test(`the error for ${JSON.stringify(options)} tells what to do`, (t) => t.is(messageFor(options), expected));
}

test('options that are no object are refused', (t) => {
  t.regex(messageFor(5), /^layer 'dense': the options are 5; expected { units: integer ≥ 1, rate\?, /);
  t.throws(() => registry.create('gadget', { plain: null } as never), {
    code: 'OPTIONS_INVALID',
    message: /gadget 'plain'/,
  });
  t.throws(() => registry.create('gadget', { plain: { speed: 1 } } as never), { message: /it takes no options/ });
});

for (const choice of [5, null, [], {}, { dial: { speed: 1 }, plain: {} }, { plain: {}, name: '' }]) {
  test(`${JSON.stringify(choice)} is no choice`, (t) => {
    t.throws(() => registry.create('gadget', choice as never), {
      code: 'OPTIONS_INVALID',
      message: /'name' or \{ name: options \}/,
    });
  });
}

test("another vendor's schema validates with its own messages", (t) => {
  const even: StandardSchemaV1<number> = {
    '~standard': {
      version: 1,
      vendor: 'acme',
      validate: (value) =>
        typeof value === 'number' && value % 2 === 0
          ? { value: value / 2 }
          : { issues: [{ message: 'must be even', path: [{ key: 'n' }] }] },
    },
  };
  t.is(validateOptions(even, 4, 'it'), 2);
  t.throws(() => validateOptions(even, 3, "gadget 'x'"), {
    code: 'OPTIONS_INVALID',
    message: /gadget 'x': option 'n': must be even/,
  });
});

test('an asynchronous schema is refused', (t) => {
  const slow: StandardSchemaV1<unknown, never> = {
    '~standard': { version: 1, vendor: 'acme', validate: () => Promise.resolve({ issues: [] }) },
  };
  const gadget = defineGadget({ options: slow, create: () => ({ made: 'slow' }) });
  const plugin = definePlugin({
    name: '@acme/slow',
    version: '1.0.0',
    gadget: { 'acme/box': gadget },
  });
  t.throws(() => new Registry().use(plugin).create('gadget', { 'acme/box': { contents: [] } }), {
    code: 'OPTIONS_INVALID',
    message: /asynchronously/,
  });
});
