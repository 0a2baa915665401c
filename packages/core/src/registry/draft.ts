import { AdjointError } from '../errors.js';
import { assertSameCore } from './core-copy.js';
import type { Definition } from './definition.js';
import { didYouMean } from './did-you-mean.js';
import { assertName, tokenOf, type Extension } from './extension.js';
import { valueText } from '../value-text.js';
import { kindsOf, titleOf, type Plugin, type PluginHost } from './plugin.js';
import type { ServiceProvider, ServiceToken } from './services.js';

/** A provider of a service under the plugin that registered it. */
export interface ProvidedService {
  readonly token: ServiceToken<unknown>;
  readonly provider: ServiceProvider<unknown>;
  readonly owner: Plugin;
}

/** Definitions and services, by token. */
export interface Registered {
  readonly extensions: ReadonlyMap<symbol, Extension>;
  readonly services: ReadonlyMap<symbol, ProvidedService>;
}

/**
 * All that a plugin registers, checked against what is there already, and not yet registered: a plugin that is refused
 * half-way leaves nothing behind.
 * @throws {AdjointError} PLUGIN_INVALID, and what `PluginHost.define` refuses.
 */
export function draftOf(plugin: Plugin, present: Registered): Registered {
  const extensions = new Map<symbol, Extension>();
  const services = new Map<symbol, ProvidedService>();
  const add = (extension: Extension, override: boolean): void => {
    const { kind, name } = extension;
    assertDefinition(extension);
    const token = tokenOf(kind, name);
    const replaced = extensions.get(token) ?? present.extensions.get(token);
    if (replaced && !override) throw duplicate(`${kind} '${name}'`, replaced.owner, plugin);
    if (!replaced && override) throw nothingToOverride(extension, present);
    if (!replaced) assertName(extension);
    extensions.set(token, { ...extension, ...(replaced && { overrides: replaced.owner }) });
  };
  for (const [kind, definitions] of kindsOf(plugin)) {
    for (const [name, definition] of Object.entries(definitions)) add({ kind, name, owner: plugin, definition }, false);
  }

  let open = true;
  const assertOpen = (): void => {
    if (!open) throw invalid(plugin, ' registers after its setup has returned; register within setup.');
  };
  const host: PluginHost = {
    define(kind, name, definition, { override = false } = {}) {
      assertOpen();
      add({ kind, name, owner: plugin, definition }, override);
    },
    provide(token, provider, { override = false } = {}) {
      assertOpen();
      if (typeof token !== 'symbol' || token.description?.startsWith('adjoint/definition/'))
        throw invalid(
          plugin,
          ` provides a service under ${valueText(token)}; make its token with serviceToken('name').`,
        );
      if (
        typeof provider !== 'object' ||
        provider === null ||
        !('value' in provider || 'factory' in provider || 'class' in provider)
      )
        throw invalid(plugin, ` provides ${valueText(provider)}; give { value }, { factory } or { class }.`);
      const replaced = services.get(token) ?? present.services.get(token);
      if (replaced && !override) throw duplicate(`service '${token.description}'`, replaced.owner, plugin);
      services.set(token, { token, provider, owner: plugin });
    },
  };
  // `setup` returns nothing by its type, but an async function fits that type, too.
  const result: unknown = plugin.setup?.(host);
  open = false;
  if (result instanceof Promise) {
    void result.catch(() => undefined); // the error below says what is wrong
    throw invalid(
      plugin,
      ': setup is asynchronous; it must only register, at once. Do what takes time in the factory of a service.',
    );
  }
  return { extensions, services };
}

/** @throws {AdjointError} PLUGIN_INVALID, CORE_DUPLICATE */
function assertDefinition({ kind, name, owner, definition }: Extension): void {
  // Callers in JavaScript may pass anything, and a module that is imported in a circle is undefined.
  const found = (definition as Definition | undefined)?.kind;
  if (found !== kind) {
    const what = found === undefined ? 'something that is no definition' : `a definition of kind '${found}'`;
    throw invalid(owner, ` registers ${what} as ${kind} '${name}'; make it with the define function of its kind.`);
  }
  assertSameCore(definition, `${kind} '${name}' of plugin '${titleOf(owner)}'`);
}

function nothingToOverride({ kind, name, owner }: Extension, { extensions }: Registered): AdjointError {
  const names = [...extensions.values()].filter((present) => present.kind === kind).map((present) => present.name);
  return new AdjointError(
    'EXTENSION_UNKNOWN',
    `plugin '${titleOf(owner)}' overrides ${kind} '${name}', which is not registered${didYouMean(name, names) || ';'} Use the plugin that defines it first.`,
  );
}

function duplicate(what: string, owner: Plugin, second: Plugin): AdjointError {
  return new AdjointError(
    'EXTENSION_DUPLICATE',
    `plugin '${titleOf(second)}' cannot define ${what}: it is already defined by ${titleOf(owner)}. Choose another name, or pass { override: true } to replace it.`,
  );
}

function invalid(plugin: Plugin, problem: string): AdjointError {
  return new AdjointError('PLUGIN_INVALID', `plugin '${titleOf(plugin)}'${problem}`);
}
