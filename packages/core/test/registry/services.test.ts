import test from 'ava';
import {
  definePlugin,
  inject,
  injectable,
  Registry,
  Services,
  serviceToken,
  type PluginHost,
} from '../../src/index.js';
import { object } from '../../src/registry/options/index.js';
import { acme, builtIn, defineGadget } from './gadgets.js';
// After core, which loads the polyfill without which tsyringe refuses to load.
import { container as globalContainer, singleton } from 'tsyringe';

interface Clock {
  now(): number;
}
const CLOCK = serviceToken<Clock>('test/clock');
const LOG = serviceToken<string[]>('test/log');

@injectable()
class Diary {
  constructor(
    @inject(CLOCK) readonly clock: Clock,
    @inject(LOG) readonly log: string[],
  ) {}
}

// No @inject: the compiler's metadata says that the parameter is a Diary.
@injectable()
class Shelf {
  constructor(readonly diary: Diary) {}
}

class Bare {
  constructor(readonly clock: Clock) {}
}

function using(setup: (host: PluginHost) => void, name = '@acme/services'): Registry {
  return new Registry().use(definePlugin({ name, version: '1.0.0', setup }));
}

function services(): Services {
  const made = new Services();
  made.provide(CLOCK, { value: { now: () => 5 } });
  made.provide(LOG, { factory: () => [] });
  return made;
}

test('a token is the same wherever it is made', (t) => {
  t.is(serviceToken('test/clock'), CLOCK);
});

test('a factory runs once, when first asked, with the services it needs', (t) => {
  let runs = 0;
  const registry = using((host) => {
    host.provide(LOG, { factory: ({ resolve }) => [`${(runs += 1)} at ${resolve(CLOCK).now()}`] });
    host.provide(CLOCK, { value: { now: () => 7 } });
  });
  t.is(runs, 0);
  t.deepEqual(registry.services.resolve(LOG), ['1 at 7']);
  t.is(registry.services.resolve(LOG), registry.services.resolve(LOG));
  t.is(runs, 1);
});

test('a definition asks for services while it creates', (t) => {
  const timed = defineGadget({
    options: object({}),
    create: (_, { resolve }) => ({ made: `at ${resolve(CLOCK).now()}` }),
  });
  const registry = using((host) => {
    host.define('gadget', 'acme/signum', timed);
    host.provide(CLOCK, { value: { now: () => 3 } });
  });
  t.is(registry.create('gadget', 'acme/signum').made, 'at 3');
  const scope = registry.services.createScope();
  scope.provide(CLOCK, { value: { now: () => 4 } });
  t.is(registry.create('gadget', 'acme/signum', scope).made, 'at 4');
  t.is(registry.create('gadget', 'acme/signum').made, 'at 3');
});

test('classes are constructed with the services their tokens name', (t) => {
  const all = services();
  const diary = all.resolve(Diary);
  t.is(diary.clock.now(), 5);
  t.is(diary.log, all.resolve(LOG));
});

test('classes are constructed from emitted metadata where the compiler emits it', (t) => {
  t.true(services().resolve(Shelf).diary instanceof Diary);
});

test('a class can be provided under a token', (t) => {
  const DIARY = serviceToken<Diary>('test/diary');
  const all = services();
  all.provide(DIARY, { class: Diary });
  t.true(all.resolve(DIARY) instanceof Diary);
  t.is(all.resolve(DIARY), all.resolve(DIARY));
});

test('a missing service says what to do', (t) => {
  t.throws(() => new Services().resolve(CLOCK), {
    code: 'SERVICE_MISSING',
    message: /service 'test\/clock'.*provides it/,
  });
  t.throws(() => new Services().resolve(Diary), {
    code: 'SERVICE_MISSING',
    message: /Diary cannot be created.*@inject/s,
  });
  t.throws(() => services().resolve(Bare), { code: 'SERVICE_MISSING', message: /injectable\(\)/ });
});

test("a factory's own error passes unchanged", (t) => {
  const failure = new Error('no device');
  const all = new Services();
  all.provide(CLOCK, {
    factory: () => {
      throw failure;
    },
  });
  t.is(
    t.throws(() => all.resolve(CLOCK)),
    failure,
  );
});

test('services that need each other are told', (t) => {
  const all = new Services();
  all.provide(CLOCK, { factory: ({ resolve }) => ({ now: () => resolve(LOG).length, log: resolve(LOG) }) });
  all.provide(LOG, { factory: ({ resolve }) => [String(resolve(CLOCK).now())] });
  t.throws(() => all.resolve(CLOCK), { code: 'SERVICE_CYCLE' });
});

test('a service is provided by one plugin, unless the other overrides', (t) => {
  const registry = using((host) => host.provide(CLOCK, { value: { now: () => 1 } }));
  const second = (override: boolean) =>
    definePlugin({
      name: '@other/clock',
      version: '2.0.0',
      setup: (host) => host.provide(CLOCK, { value: { now: () => 2 } }, { override }),
    });
  const error = t.throws(() => registry.use(second(false)), { code: 'EXTENSION_DUPLICATE' });
  t.regex(error.message, /@acme\/services@1\.0\.0/);
  t.regex(error.message, /@other\/clock@2\.0\.0/);
  t.is(registry.services.resolve(CLOCK).now(), 1);
  t.is(registry.use(second(true)).services.resolve(CLOCK).now(), 2);
});

test('a scope sees its app, the app does not see its scope', (t) => {
  const app = services();
  const scope = app.createScope();
  t.is(scope.resolve(CLOCK), app.resolve(CLOCK));
  t.is(scope.resolve(LOG), app.resolve(LOG));
  scope.provide(CLOCK, { value: { now: () => 6 } });
  t.is(scope.resolve(CLOCK).now(), 6);
  t.is(app.resolve(CLOCK).now(), 5);
});

test("an app's service keeps the app's dependencies, though a scope asks first", (t) => {
  const app = new Services();
  app.provide(CLOCK, { value: { now: () => 1 } });
  app.provide(LOG, { factory: ({ resolve }) => [String(resolve(CLOCK).now())] });
  const scope = app.createScope();
  scope.provide(CLOCK, { value: { now: () => 2 } });
  t.deepEqual(scope.resolve(LOG), ['1']);
});

test('what was created is disposed, the youngest first, and only that', async (t) => {
  const disposed: string[] = [];
  const closing = (name: string) => ({ factory: () => ({ dispose: async () => void disposed.push(name) }) });
  const [A, B, C] = ['a', 'b', 'c'].map((name) => serviceToken(`test/${name}`)) as [symbol, symbol, symbol];
  const all = new Services();
  all.provide(A, closing('a'));
  all.provide(B, closing('b'));
  all.provide(C, closing('c'));
  all.resolve(B);
  all.resolve(A);
  await all.dispose();
  t.deepEqual(disposed, ['a', 'b']);
  t.throws(() => all.resolve(A), { code: 'APP_CLOSED' });
});

test('one failure to close does not keep the others open', async (t) => {
  let closed = false;
  const failure = new Error('stuck');
  const all = new Services();
  all.provide(CLOCK, { factory: () => ({ now: () => 0, dispose: () => void (closed = true) }) });
  all.provide(LOG, { factory: () => Object.assign([], { dispose: () => Promise.reject(failure) }) });
  all.resolve(CLOCK);
  all.resolve(LOG);
  t.is(await t.throwsAsync(all.dispose()), failure);
  t.true(closed);
});

test('the global container stays empty', (t) => {
  const registry = new Registry().use(builtIn).use(acme);
  registry.services.provide(CLOCK, { value: { now: () => 1 } });
  registry.services.provide(LOG, { factory: () => [] });
  registry.services.resolve(Diary);
  registry.create('gadget', 'plain');
  // tsyringe keeps its registrations in a field without a public reader, and asking for one makes an empty entry.
  const { _registry } = globalContainer as unknown as { _registry: { _registryMap: Map<unknown, unknown> } };
  t.is(_registry._registryMap.size, 0);
  for (const token of [CLOCK, LOG, Diary, Symbol.for('adjoint/gadget/plain')]) {
    t.false(globalContainer.isRegistered(token));
  }
});

// Serial and last: it puts something into the global container, as a third party's @singleton() does.
test.serial("an app does not see the global container's singletons", (t) => {
  @singleton()
  class Shared {
    readonly made = true;
  }
  t.teardown(() => globalContainer.reset());
  t.is(globalContainer.resolve(Shared), globalContainer.resolve(Shared));
  t.not(new Services().resolve(Shared), new Services().resolve(Shared));
});
