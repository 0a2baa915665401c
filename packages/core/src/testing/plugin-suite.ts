import { App } from '../app/app.js';
import { isAdjointError } from '../errors.js';
import type { ExtensionDescription } from '../registry/description.js';
import type { Kind } from '../registry/kinds.js';
import type { Plugin } from '../registry/plugin.js';
import { Registry } from '../registry/registry.js';
import type { TestFunction } from './test-function.js';

export interface PluginSample {
  readonly plugin: Plugin;
  /** Plugins that it requires, in order. */
  readonly requires?: readonly Plugin[];
}

/** What these create may need files or hold memory, so they are described and not created. */
const notCreated: readonly string[] = ['backend', 'dataset', 'logger'];

/**
 * The contract of a plugin: it is a frozen value that registers the same in every app, every name of it describes its
 * options, refuses wrong ones, and can be created from its defaults.
 */
export function testPlugin(test: TestFunction, { plugin, requires = [] }: PluginSample): void {
  const registered = (): { registry: Registry; own: readonly ExtensionDescription[] } => {
    const { registry } = [...requires, plugin].reduce((app, used) => app.use(used), new App());
    const own = registry.describe().extensions.filter((extension) => extension.plugin === plugin.name);
    return { registry, own };
  };

  test(`${plugin.name}: the plugin is a frozen value with a version`, (t) => {
    t.true(Object.isFrozen(plugin));
    t.true(/^\d+\.\d+\.\d+/.test(plugin.version), `the version is '${plugin.version}'`);
  });

  test(`${plugin.name}: it registers the same in every app`, (t) => {
    t.deepEqual(registered().own, registered().own);
  });

  test(`${plugin.name}: every name refuses options that it does not have`, (t) => {
    const { registry, own } = registered();
    const failures: string[] = [];
    for (const { kind, name } of own) {
      try {
        registry.create(kind as Kind, { [name]: { 'no such option': 1 } } as never);
        failures.push(`${kind} '${name}' takes an option that it does not describe`);
      } catch (error) {
        if (!isAdjointError(error) || error.code !== 'OPTIONS_INVALID')
          failures.push(`${kind} '${name}': ${String(error)}`);
      }
    }
    t.deepEqual(failures, []);
  });

  test(`${plugin.name}: every name without required options can be created, and its defaults can be written out`, (t) => {
    const { registry, own } = registered();
    const failures: string[] = [];
    for (const { kind, name, options = [] } of own) {
      if (notCreated.includes(kind) || options.some(({ required }) => required)) continue;
      const defaults = Object.fromEntries(
        options.flatMap((option) => (option.default === undefined ? [] : [[option.name, option.default]])),
      );
      for (const written of [{}, defaults]) {
        try {
          registry.create(kind as Kind, { [name]: written } as never);
        } catch (error) {
          failures.push(`${kind} '${name}': ${String(error)}`);
        }
      }
    }
    t.deepEqual(failures, []);
  });
}
