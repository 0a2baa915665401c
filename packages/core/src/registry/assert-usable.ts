import { AdjointError } from '../errors.js';
import { assertSameCore, CORE_VERSION, madeBy } from './core-copy.js';
import { valueText } from '../value-text.js';
import { fitsCore, titleOf, type Plugin } from './plugin.js';

/**
 * Checks that a plugin can join those in use.
 * @throws {AdjointError} PLUGIN_INVALID, CORE_DUPLICATE, PLUGIN_DUPLICATE, PLUGIN_CORE_MISMATCH,
 * PLUGIN_DEPENDENCY_MISSING
 */
export function assertUsable(plugin: Plugin, inUse: ReadonlyMap<string, Plugin>): void {
  if ((plugin as Plugin | null | undefined)?.[madeBy] === undefined) {
    const found = (plugin as Partial<Plugin> | null | undefined)?.name ?? valueText(plugin);
    throw new AdjointError(
      'PLUGIN_INVALID',
      `'${found}' is not a plugin; make it with definePlugin({ name, version, … }).`,
    );
  }
  const title = titleOf(plugin);
  assertSameCore(plugin, `plugin '${title}'`);
  const present = inUse.get(plugin.name);
  if (present) {
    throw new AdjointError(
      'PLUGIN_DUPLICATE',
      `plugin '${title}' cannot be used: another plugin of that name, ${titleOf(present)}, is in use. Use one of them, or install one version only.`,
    );
  }
  if (!fitsCore(plugin)) {
    throw new AdjointError(
      'PLUGIN_CORE_MISMATCH',
      `plugin '${title}' works with @adjoint/core ${plugin.core}, but this is ${CORE_VERSION}; install versions that fit each other.`,
    );
  }
  const missing = plugin.requires?.filter((name) => !inUse.has(name)) ?? [];
  if (missing.length > 0) {
    throw new AdjointError(
      'PLUGIN_DEPENDENCY_MISSING',
      `plugin '${title}' requires ${missing.join(' and ')}; call use() with ${missing.length === 1 ? 'that plugin' : 'those plugins'} first. In use: ${[...inUse.keys()].join(', ') || 'none'}.`,
    );
  }
}
