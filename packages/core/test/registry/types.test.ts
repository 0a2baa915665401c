import test from 'ava';
import { expectTypeOf } from 'expect-type';
import { readFileSync } from 'node:fs';
import {
  defineLayer,
  definePlugin,
  Registry,
  serviceToken,
  type Choice,
  type OptionsOf,
  type Plugin,
} from '../../src/index.js';
import {
  anyOf,
  between,
  boolean,
  custom,
  integer,
  number,
  object,
  oneOf,
  optional,
  rate,
  string,
} from '../../src/registry/options/index.js';
import { acme, builtIn, defineGadget, signum, type dial, type Gadget, type grid, type plain } from './gadgets.js';

// What must not compile is marked @ts-expect-error: the build fails when one of them compiles.
// Every wrong choice is also run, since callers in JavaScript see no types.

const registry = new Registry().use(builtIn).use(acme);
const OPTIONS = { code: 'OPTIONS_INVALID' };
const UNKNOWN = { code: 'EXTENSION_UNKNOWN' };

test('a choice is a name whose options are all optional, or a name with its options', (t) => {
  const choices: Choice<'gadget'>[] = [
    'plain',
    'acme/signum',
    { plain: {} },
    { dial: { speed: 1 } },
    { dial: { speed: 1, mode: 'fast' }, name: 'left' },
    { grid: { size: [1, 2] } },
    { 'acme/signum': { beta: 0.5 } },
    { 'acme/box': { contents: ['plain', { 'acme/box': { contents: [{ dial: { speed: 0 } }] } }] } },
  ];
  t.deepEqual(
    choices.map((choice) => registry.create('gadget', choice).made),
    ['plain', 'signum', 'plain', 'dial', 'dial', 'grid', 'signum', 'box'],
  );
  expectTypeOf(registry.create('gadget', 'plain')).toEqualTypeOf<Gadget>();
});

test('a wrong kind does not compile', (t) => {
  // @ts-expect-error -- there is no such kind
  t.throws(() => registry.create('gizmo', 'plain'), UNKNOWN);
});

test('a wrong name does not compile', (t) => {
  // @ts-expect-error -- there is no gadget of that name
  t.throws(() => registry.create('gadget', 'plane'), UNKNOWN);
  // @ts-expect-error -- nor with options
  t.throws(() => registry.create('gadget', { dail: { speed: 1 } }), UNKNOWN);
});

test('a wrong option does not compile', (t) => {
  // @ts-expect-error -- the option is called speed
  t.throws(() => registry.create('gadget', { dial: { speed: 1, sped: 2 } }), OPTIONS);
  // @ts-expect-error -- it takes no options
  t.throws(() => registry.create('gadget', { plain: { speed: 1 } }), OPTIONS);
});

test('a wrong type of option does not compile', (t) => {
  // @ts-expect-error -- speed is a number
  t.throws(() => registry.create('gadget', { dial: { speed: '1' } }), OPTIONS);
  // @ts-expect-error -- mode is 'slow' or 'fast'
  t.throws(() => registry.create('gadget', { dial: { speed: 1, mode: 'swift' } }), OPTIONS);
  // @ts-expect-error -- size has two elements
  t.throws(() => registry.create('gadget', { grid: { size: [1, 2, 3] } }), OPTIONS);
  // @ts-expect-error -- a wrong option deep inside
  t.throws(() => registry.create('gadget', { 'acme/box': { contents: [{ dial: { speed: true } }] } }), OPTIONS);
});

test('a missing required option does not compile', (t) => {
  // @ts-expect-error -- speed is required, so the bare name is not enough
  t.throws(() => registry.create('gadget', 'dial'), OPTIONS);
  // @ts-expect-error -- speed is required
  t.throws(() => registry.create('gadget', { dial: {} }), OPTIONS);
});

test('a choice of two does not compile, nor does one of none', (t) => {
  // @ts-expect-error -- two names
  t.throws(() => registry.create('gadget', { dial: { speed: 1 }, plain: {} }), OPTIONS);
  // @ts-expect-error -- no name
  t.throws(() => registry.create('gadget', { name: 'left' }), OPTIONS);
  // @ts-expect-error -- the label is a text
  t.throws(() => registry.create('gadget', { plain: {}, name: 1 }), OPTIONS);
});

test('the option types are what may be written, plain and readable', (t) => {
  expectTypeOf<OptionsOf<typeof dial>>().toEqualTypeOf<{
    speed: number;
    mode?: 'slow' | 'fast' | undefined;
    label?: 'a' | 'b' | undefined;
  }>();
  expectTypeOf<OptionsOf<typeof grid>>().toEqualTypeOf<{
    size: readonly [number, number];
    weights?: readonly number[] | undefined;
  }>();
  expectTypeOf<OptionsOf<typeof plain>>().toEqualTypeOf<Record<string, never>>();
  t.pass();
});

test('a factory is handed values with their defaults', (t) => {
  defineGadget({
    options: object({
      a: number,
      b: optional(integer, 1),
      c: optional(string),
      d: anyOf(oneOf('same'), between(0, 1)),
      e: optional(boolean, false),
      f: custom<() => number>((value) => typeof value === 'function', 'a function'),
    }),
    create: (options, context) => {
      expectTypeOf(options).toEqualTypeOf<{
        a: number;
        b: number;
        c?: string | undefined;
        d: number | 'same';
        e: boolean;
        f: () => number;
      }>();
      expectTypeOf(context.resolve(serviceToken<Date>('test/date'))).toEqualTypeOf<Date>();
      return { made: 'nothing' };
    },
  });
  // @ts-expect-error -- an example must fit the options
  defineGadget({ options: object({ a: number }), examples: [{ options: { a: '1' } }], create: () => ({ made: 'it' }) });
  defineLayer({
    options: object({}),
    // @ts-expect-error -- an example of a layer has inputs
    examples: [{}],
    create: () => ({
      build:
        () =>
        ([x]) =>
          x!,
    }),
  });
  // @ts-expect-error -- a default must fit its schema
  optional(rate, 'fast');
  // @ts-expect-error -- the definition creates no gadget
  defineGadget({ options: object({}), create: () => 5 });
  t.pass();
});

test('a definition must accept the options that the catalogue declares for its name', (t) => {
  const wider = defineGadget({
    options: object({
      speed: anyOf(number, string),
      mode: optional(string),
      label: optional(string),
      more: optional(number),
    }),
    create: () => ({ made: 'wider' }),
  });
  const narrower = defineGadget({
    options: object({ speed: number, mode: optional(oneOf('slow')), label: optional(string) }),
    create: () => ({ made: 'narrower' }),
  });
  const other = defineGadget({ options: object({ strength: number }), create: () => ({ made: 'other' }) });
  const plugin = definePlugin({
    name: '@acme/dial',
    version: '1.0.0',
    setup: (host) => {
      host.define('gadget', 'dial', wider, { override: true });
      // @ts-expect-error -- mode 'fast' is declared
      host.define('gadget', 'dial', narrower, { override: true });
      // @ts-expect-error -- speed is declared
      host.define('gadget', 'dial', other, { override: true });
      // @ts-expect-error -- a gadget is no layer
      t.throws(() => host.define('layer', 'dial', wider), { code: 'PLUGIN_INVALID' });
      // @ts-expect-error -- the catalogue does not declare the name
      host.define('gadget', 'acme/undeclared', wider);
    },
  });
  t.notThrows(() => new Registry().use(builtIn).use(plugin));
});

test('a service has the type of its token', (t) => {
  const CLOCK = serviceToken<{ now(): number }>('test/clock');
  const plugin = definePlugin({
    name: '@acme/clock',
    version: '1.0.0',
    setup: (host) => {
      host.provide(CLOCK, { value: { now: () => 5 } });
      // @ts-expect-error -- no clock
      host.provide(CLOCK, { value: { later: () => 5 } }, { override: true });
      host.provide(CLOCK, { factory: () => ({ now: () => 6 }) }, { override: true });
    },
  });
  t.is(new Registry().use(plugin).services.resolve(CLOCK).now(), 6);
});

test('the declarations of a package keep a choice open to names that other packages add', (t) => {
  const declarations = readFileSync(new URL('../tiny.d.ts', import.meta.url), 'utf8');
  t.regex(declarations, /initializer: .*ChoiceSchema<"initializer">/);
  t.notRegex(declarations, /heNormal/);
});

test('a plugin takes only kinds, and under a kind only its definitions', (t) => {
  const about = { name: '@acme/a', version: '1.0.0' };
  const use = (plugin: Plugin) => () => new Registry().use(plugin);
  const invalid = { code: 'PLUGIN_INVALID' };
  // @ts-expect-error -- there is no kind 'gadgets'
  t.throws(use(definePlugin({ ...about, gadgets: { 'acme/signum': signum } })), invalid);
  // @ts-expect-error -- a gadget is no layer
  t.throws(use(definePlugin({ ...about, layer: { 'acme/signum': signum } })), invalid);
  // @ts-expect-error -- a number is no definition
  t.throws(use(definePlugin({ ...about, gadget: { 'acme/signum': 1 } })), invalid);
  // @ts-expect-error -- nor is nothing
  t.throws(use(definePlugin({ ...about, gadget: { 'acme/signum': undefined } })), invalid);
  // @ts-expect-error -- a version is missing
  t.throws(() => definePlugin({ name: '@acme/a', gadget: { 'acme/signum': signum } }), invalid);
  t.notThrows(use(definePlugin({ ...about, gadget: { 'acme/signum': signum } })));
  expectTypeOf(acme.gadget['acme/signum']).toEqualTypeOf(signum);
});
