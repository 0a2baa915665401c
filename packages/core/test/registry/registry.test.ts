import test from 'ava';
import { packageOfKind } from '../../src/app/package-of-kind.js';
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { isAdjointError } from '../../src/errors.js';
import { madeBy } from '../../src/registry/core-copy.js';
import {
  CORE_VERSION,
  definePlugin,
  Registry,
  type Plugin,
  type PluginHost,
  type PluginInput,
} from '../../src/index.js';
import { object } from '../../src/registry/options/index.js';
import { acme, box, builtIn, defineGadget, plain, signum } from './gadgets.js';

const replacement = defineGadget({ options: object({}), create: () => ({ made: 'replacement' }) });

function plugin(name: string, setup: (host: PluginHost) => void = () => {}, more: Partial<PluginInput> = {}): Plugin {
  return definePlugin({ name, version: '1.2.3', setup, ...more });
}

test('a plugin is a frozen object', (t) => {
  t.true(Object.isFrozen(acme));
  t.true(Object.isFrozen(plugin('@acme/a', undefined, { requires: ['x'] }).requires));
  t.true(Object.isFrozen(signum));
});

test('the version of core is that of its package', (t) => {
  const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  t.is(CORE_VERSION, manifest.version);
});

test('definePlugin refuses what cannot be read', (t) => {
  t.throws(() => plugin(''), { code: 'PLUGIN_INVALID', message: /name is empty/ });
  t.throws(() => plugin('@acme/a', undefined, { version: 'new' }), {
    code: 'PLUGIN_INVALID',
    message: /version is 'new'/,
  });
  t.throws(() => plugin('@acme/a', undefined, { core: 'any' }), { code: 'PLUGIN_INVALID', message: /'any'/ });
});

test('a plugin registers what it names first, then what its setup adds', (t) => {
  const setup = (host: PluginHost): void => host.define('gadget', 'acme/box', box);
  const both = definePlugin({ name: '@acme/both', version: '1.0.0', gadget: { 'acme/signum': signum }, setup });
  t.deepEqual(new Registry().use(both).names('gadget'), ['acme/signum', 'acme/box']);
  t.true(Object.isFrozen(both.gadget));
  t.throws(() => new Registry().use(acme).use(both), { code: 'EXTENSION_DUPLICATE' });
});

test('names are listed in order and told apart by kind', (t) => {
  const registry = new Registry().use(builtIn).use(acme);
  t.deepEqual(registry.names('gadget'), ['plain', 'dial', 'grid', 'acme/signum', 'acme/box']);
  t.deepEqual(registry.names('layer'), []);
  t.true(registry.has('gadget', 'acme/box'));
  t.false(registry.has('layer', 'plain'));
  t.is(registry.ownerOf('gadget', 'acme/box'), acme);
  t.deepEqual(registry.plugins(), [builtIn, acme]);
});

test('the same plugin twice is used once', (t) => {
  let setups = 0;
  const counted = plugin('@acme/counted', () => (setups += 1));
  new Registry().use(counted).use(counted);
  t.is(setups, 1);
});

test('another plugin under a taken name is refused, naming both', (t) => {
  const registry = new Registry().use(plugin('@acme/a'));
  const error = t.throws(() => registry.use(plugin('@acme/a', undefined, { version: '2.0.0' })), {
    code: 'PLUGIN_DUPLICATE',
  });
  t.regex(error.message, /@acme\/a@2\.0\.0/);
  t.regex(error.message, /@acme\/a@1\.2\.3/);
});

test('a taken extension name is refused, naming both owners', (t) => {
  const thief = plugin('@other/signum', (host) => host.define('gadget', 'acme/signum', signum));
  const error = t.throws(() => new Registry().use(acme).use(thief), { code: 'EXTENSION_DUPLICATE' });
  t.regex(error.message, /gadget 'acme\/signum'/);
  t.regex(error.message, /@acme\/adjoint-signum@1\.0\.0/);
  t.regex(error.message, /@other\/signum@1\.2\.3/);
  t.regex(error.message, /override: true/);
});

test('an override replaces the definition and keeps the name in its place', (t) => {
  const registry = new Registry().use(builtIn);
  registry.use(plugin('@acme/plain', (host) => host.define('gadget', 'plain', replacement, { override: true })));
  t.is(registry.create('gadget', 'plain').made, 'replacement');
  t.deepEqual(registry.names('gadget'), ['plain', 'dial', 'grid']);
  const [described] = registry.describe('gadget').extensions;
  t.like(described, { plugin: '@acme/plain', version: '1.2.3', overrides: '@adjoint/gadgets@0.3.0' });
});

test('an override of nothing is refused', (t) => {
  const early = plugin('@acme/plain', (host) => host.define('gadget', 'plain', replacement, { override: true }));
  t.throws(() => new Registry().use(early), {
    code: 'EXTENSION_UNKNOWN',
    message: /Use the plugin that defines it first/,
  });
});

test('third parties put a vendor before the name, built-in plugins do not', (t) => {
  const use = (name: string, extension: string) => () =>
    new Registry().use(plugin(name, (host) => host.define('gadget', extension as 'plain', plain)));
  t.throws(use('@acme/a', 'plain'), { code: 'EXTENSION_NAME_INVALID', message: /'acme\/plain'/ });
  t.throws(use('adjoint-like', 'plain'), { code: 'EXTENSION_NAME_INVALID' });
  t.throws(use('@acme/a', 'acme/'), { code: 'EXTENSION_NAME_INVALID' });
  t.throws(use('@acme/a', ''), { code: 'EXTENSION_NAME_INVALID' });
  t.throws(use('@adjoint/a', 'name'), { code: 'EXTENSION_NAME_INVALID' });
  t.throws(use('@adjoint/a', 'acme/plain'), { code: 'EXTENSION_NAME_INVALID' });
  t.notThrows(use('adjoint', 'plain'));
  t.notThrows(use('@acme/a', 'acme/plain'));
});

test('a plugin that is refused leaves nothing behind', (t) => {
  const registry = new Registry().use(builtIn);
  const half = plugin('@acme/half', (host) => {
    host.define('gadget', 'acme/signum', signum);
    host.define('gadget', 'acme/signum', signum);
  });
  t.throws(() => registry.use(half), { code: 'EXTENSION_DUPLICATE' });
  t.false(registry.has('gadget', 'acme/signum'));
  t.notThrows(() => registry.use(acme));
});

test('registering outside setup is refused', (t) => {
  let late: (() => void) | undefined;
  const registry = new Registry().use(
    plugin('@acme/late', (host) => void (late = () => host.define('gadget', 'acme/box', box))),
  );
  t.throws(() => late?.(), { code: 'PLUGIN_INVALID', message: /within setup/ });
  t.false(registry.has('gadget', 'acme/box'));
  t.throws(() => registry.use(plugin('@acme/async', async () => {})), {
    code: 'PLUGIN_INVALID',
    message: /asynchronous/,
  });
});

test('a missing requirement says what to use first', (t) => {
  const needy = plugin('@acme/needy', undefined, { requires: ['@adjoint/gadgets', '@acme/adjoint-signum'] });
  const error = t.throws(() => new Registry().use(builtIn).use(needy), { code: 'PLUGIN_DEPENDENCY_MISSING' });
  t.regex(error.message, /requires @acme\/adjoint-signum; call use\(\)/);
  t.notThrows(() => new Registry().use(builtIn).use(acme).use(needy));
});

test('a range of core that leaves this version out is refused', (t) => {
  t.throws(() => new Registry().use(plugin('@acme/old', undefined, { core: '^99.0.0' })), {
    code: 'PLUGIN_CORE_MISMATCH',
    message: /\^99\.0\.0/,
  });
  t.notThrows(() => new Registry().use(plugin('@acme/fitting', undefined, { core: `^${CORE_VERSION}` })));
});

test('what another copy of core has made is refused', (t) => {
  const foreign: Plugin = { ...acme, [madeBy]: '77.0.0' };
  const error = t.throws(() => new Registry().use(foreign), { code: 'CORE_DUPLICATE' });
  t.regex(error.message, /77\.0\.0/);
  const mixed = plugin('@acme/mixed', (host) =>
    host.define('gadget', 'acme/signum', { ...signum, [madeBy]: '77.0.0' }),
  );
  t.throws(() => new Registry().use(mixed), { code: 'CORE_DUPLICATE', message: /gadget 'acme\/signum'/ });
  t.throws(() => new Registry().use({ name: 'x', version: '1.0.0', setup: () => {} } as unknown as Plugin), {
    code: 'PLUGIN_INVALID',
    message: /definePlugin/,
  });
});

test('an unknown name gets the nearest one and the list', (t) => {
  const registry = new Registry().use(builtIn).use(acme);
  const create = (name: string) => () => registry.create('gadget', name as 'plain');
  const error = t.throws(create('plian'), { code: 'EXTENSION_UNKNOWN', message: /did you mean 'plain'\?/ });
  t.regex(error.message, /Known: plain, dial, grid, acme\/signum, acme\/box/);
  t.true(isAdjointError(error));
  t.throws(create('signum'), { message: /did you mean 'acme\/signum'\?/ });
  t.notRegex(t.throws(create('somethingElse')).message, /did you mean/);
});

test('a choice that is only known at run time is checked into a typed one', (t) => {
  const registry = new Registry().use(builtIn);
  const read = (text: string) => registry.check('gadget', JSON.parse(text));
  t.deepEqual(registry.create('gadget', read('"plain"')), registry.create('gadget', 'plain'));
  t.throws(() => read('"plian"'), { code: 'EXTENSION_UNKNOWN', message: /did you mean 'plain'/ });
  t.throws(() => read('{"plain": {"colour": 1}}'), { code: 'OPTIONS_INVALID', message: /colour/ });
  t.throws(() => read('7'), { code: 'OPTIONS_INVALID', message: /the gadget is chosen/i });
});

test('where nothing of a kind is registered, the error says which package has some', (t) => {
  const registry = new Registry({ packageOfKind });
  t.throws(() => registry.create('optimizer', 'adam' as never), {
    code: 'EXTENSION_UNKNOWN',
    message: /@adjoint\/optimizers/,
  });
  t.throws(() => registry.create('gadget', 'plain'), { message: /use\(\) a plugin that defines some/ });
});

test('names that objects inherit are not registered', (t) => {
  const registry = new Registry().use(builtIn);
  for (const name of ['constructor', '__proto__', 'toString']) {
    t.throws(() => registry.create('gadget', name as 'plain'), { code: 'EXTENSION_UNKNOWN' });
  }
});

test('two registries do not see each other', (t) => {
  const first = new Registry().use(builtIn);
  const second = new Registry().use(acme);
  t.false(second.has('gadget', 'plain'));
  t.false(first.has('gadget', 'acme/signum'));
  t.throws(() => second.create('gadget', 'plain'), { code: 'EXTENSION_UNKNOWN' });
  first.use(plugin('@acme/plain', (host) => host.define('gadget', 'plain', replacement, { override: true })));
  t.is(new Registry().use(builtIn).create('gadget', 'plain').made, 'plain');
});

test('a closed registry says so', async (t) => {
  const registry = new Registry().use(builtIn);
  await registry.dispose();
  t.throws(() => registry.create('gadget', 'plain'), { code: 'APP_CLOSED' });
  t.throws(() => registry.use(acme), { code: 'APP_CLOSED' });
});

test('describe tells owners, options, defaults, ranges, formulas and sources', (t) => {
  const registry = new Registry().use(builtIn).use(acme);
  const { plugins, extensions } = registry.describe();
  t.deepEqual(plugins, [
    { name: '@adjoint/gadgets', version: '0.3.0' },
    { name: '@acme/adjoint-signum', version: '1.0.0' },
  ]);
  t.deepEqual(
    extensions.find(({ name }) => name === 'acme/signum'),
    {
      kind: 'gadget',
      name: 'acme/signum',
      plugin: '@acme/adjoint-signum',
      version: '1.0.0',
      options: [
        { name: 'learningRate', type: 'number', range: '≥ 0', required: false, default: 1e-3 },
        { name: 'beta', type: 'number', range: 'in [0, 1]', required: false, default: 0.9 },
      ],
      formula: 'm ← βm + (1−β)g;  w ← w − η·sign(m)',
      source: 'Bernstein et al. 2018, algorithm 1',
    },
  );
  t.deepEqual(extensions.find(({ name }) => name === 'dial')?.examples, [{ options: { speed: 1, mode: 'fast' } }]);
  t.deepEqual(extensions.find(({ name }) => name === 'dial')?.options, [
    { name: 'speed', type: 'number', range: '≥ 0', required: true, description: 'Turns per second.' },
    { name: 'mode', type: "'slow' | 'fast'", required: false, default: 'slow' },
    { name: 'label', type: "'a' | 'b'", required: false },
  ]);
  t.deepEqual(extensions.find(({ name }) => name === 'grid')?.options, [
    { name: 'size', type: '[integer ≥ 1, integer ≥ 1]', required: true },
    { name: 'weights', type: 'array of number in [-1, 1]', required: false, default: [] },
  ]);
});

test('describeText is made to be read', (t) => {
  const text = new Registry().use(builtIn).use(acme).describeText();
  t.is(
    text,
    `plugins: @adjoint/gadgets@0.3.0, @acme/adjoint-signum@1.0.0

gadget
  plain  (@adjoint/gadgets@0.3.0)
  dial  (@adjoint/gadgets@0.3.0)
    Turns.
    speed: number ≥ 0, required. Turns per second.
    mode: 'slow' | 'fast', default 'slow'
    label: 'a' | 'b', optional
    example: dial {"speed":1,"mode":"fast"}
  grid  (@adjoint/gadgets@0.3.0)
    size: [integer ≥ 1, integer ≥ 1], required
    weights: array of number in [-1, 1], default []
  acme/signum  (@acme/adjoint-signum@1.0.0)
    m ← βm + (1−β)g;  w ← w − η·sign(m)
    source: Bernstein et al. 2018, algorithm 1
    learningRate: number ≥ 0, default 0.001
    beta: number in [0, 1], default 0.9
  acme/box  (@acme/adjoint-signum@1.0.0)
    contents: array of 'name' or { name: options } (gadget), required`,
  );
  t.is(new Registry().describeText(), 'plugins: none');
});

test('a schema of another vendor is opaque, one of valibot is read', (t) => {
  const foreign = {
    '~standard': { version: 1, vendor: 'foreign', validate: (value: unknown) => ({ value }) },
  } as const;
  const registry = new Registry().use(
    plugin('@acme/foreign', (host) => {
      host.define('gadget', 'acme/signum', defineGadget({ options: foreign, create: () => ({ made: 'foreign' }) }));
      const options = v.object({ contents: v.array(v.any()), depth: v.optional(v.pipe(v.number(), v.maxValue(3))) });
      host.define('gadget', 'acme/box', defineGadget({ options, create: () => ({ made: 'valibot' }) }));
    }),
  );
  const [first, second] = registry.describe('gadget').extensions;
  t.is(first?.options, undefined);
  t.deepEqual(second?.options?.[1], { name: 'depth', type: 'number', range: '≤ 3', required: false });
  t.regex(registry.describeText(), /its schema cannot be listed/);
});
