import { validate, satisfies } from 'compare-versions';
import { AdjointError } from '../errors.js';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { CORE_VERSION, madeBy } from './core-copy.js';
import type { Definition, OptionsOf } from './definition.js';
import type { Kind, NameOf, OptionsFor } from './kinds.js';
import { valueText } from '../value-text.js';
import type { ServiceProvider, ServiceToken } from './services.js';

export interface RegistrationOptions {
  /** Replaces what another plugin has registered under this name or token. */
  readonly override?: boolean;
}

/** What a plugin's `setup` registers with. */
export interface PluginHost {
  /**
   * Registers a definition under a name of its kind. Third parties write `vendor/name`.
   * The definition must accept the options that the kind's catalogue declares for the name.
   * @throws {AdjointError} EXTENSION_DUPLICATE, EXTENSION_NAME_INVALID, CORE_DUPLICATE; EXTENSION_UNKNOWN when there
   * is nothing to override.
   */
  define<K extends Kind, N extends NameOf<K>, D extends Definition<K>>(
    kind: K,
    name: N,
    definition: D & AcceptsOptions<D, OptionsFor<K, N>>,
    options?: RegistrationOptions,
  ): void;
  /** Provides a service to factories and classes that ask for its token. */
  provide<T>(token: ServiceToken<T>, provider: ServiceProvider<T>, options?: RegistrationOptions): void;
}

/** Nothing more to ask of a definition whose schema takes all the declared options; otherwise a type it cannot have. */
type AcceptsOptions<D extends { readonly options: StandardSchemaV1 }, Declared> =
  Declared extends StandardSchemaV1.InferInput<D['options']>
    ? unknown
    : { readonly options: StandardSchemaV1<Declared> };

/** Who a plugin is, and what it does beside defining things. */
export interface PluginInput {
  /** The name of its package. */
  readonly name: string;
  readonly version: string;
  /** The versions of `@adjoint/core` it works with, as a range: `^1.2.0`. */
  readonly core?: string;
  /** Names of plugins that must be in use before this one. */
  readonly requires?: readonly string[];
  /** Names of events that it emits, beside those of training. */
  readonly events?: readonly string[];
  /** Registers, synchronously, what is more than definitions: services and overrides. */
  readonly setup?: (host: PluginHost) => void;
}

export interface Plugin extends PluginInput {
  readonly [madeBy]: string;
}

/** Definitions of a kind by name: an object, or a module's namespace (`import * as layer from './layers.js'`). */
export type Definitions<K extends Kind = Kind> = { readonly [name: string]: Definition<K> };

/**
 * What a kind's catalogue says about these definitions: their names, with the options that may be written.
 *
 *     const plugin = definePlugin({ name: '@acme/gated', version: '1.0.0', layer: { 'acme/gated': gated } });
 *     declare module '@adjoint/core' {
 *       interface Layers extends NamesOf<typeof plugin.layer> {}
 *     }
 *
 * Where definitions choose among others of the same plugin, the compiler would need the plugin's type to find it. Then
 * give each kind a namespace or a constant of its own (`const layer = { … }`, `NamesOf<typeof layer>`); a definition that
 * chooses among its own kind states its type, too: `const sam: Definition<'optimizer', Schema<SamOptions>> = …`.
 */
export type NamesOf<D extends Definitions> = { [N in keyof D]: OptionsOf<D[N]> };

/** Only kinds stand beside what every plugin has, and under each only definitions of that kind. */
type OnlyKinds<P> = {
  readonly [K in keyof P]: K extends keyof PluginInput
    ? unknown
    : K extends Kind
      ? Definitions<K>
      : `${K & string} is no kind of plugin`;
};

/**
 * Makes a plugin, a frozen object: `{ name, version, layer: { dense, flatten }, optimizer: { adam }, … }`. Third parties
 * put a vendor before the names, as in `'acme/signum'`.
 * @throws {AdjointError} PLUGIN_INVALID when the name is empty, or the version or range of core cannot be read.
 */
export function definePlugin<P extends PluginInput>(
  plugin: P & OnlyKinds<P>,
): Plugin & { readonly [K in Kind & keyof P]: P[K] };
export function definePlugin(plugin: PluginInput): Plugin {
  const invalid = (problem: string): AdjointError =>
    new AdjointError('PLUGIN_INVALID', `plugin '${String(plugin.name)}': ${problem}`);
  if (typeof plugin !== 'object' || plugin === null)
    throw new AdjointError('PLUGIN_INVALID', `A plugin is { name, version, … }; found ${valueText(plugin)}.`);
  if (typeof plugin.name !== 'string' || plugin.name === '')
    throw invalid(`the name is empty; give the name of its package.`);
  if (typeof plugin.version !== 'string' || !validate(plugin.version))
    throw invalid(`the version is ${valueText(plugin.version)}; expected one like '1.2.0'.`);
  try {
    if (plugin.core !== undefined) satisfies(CORE_VERSION, plugin.core);
  } catch (cause) {
    throw invalid(
      `the range of @adjoint/core is '${plugin.core}'; expected one like '^${CORE_VERSION}' (${String(cause)}).`,
    );
  }
  for (const name of ['requires', 'events'] as const)
    if (
      plugin[name] !== undefined &&
      !(Array.isArray(plugin[name]) && plugin[name].every((text) => typeof text === 'string'))
    )
      throw invalid(`${name} is ${valueText(plugin[name])}; expected a list of names.`);
  if (plugin.setup !== undefined && typeof plugin.setup !== 'function')
    throw invalid(`setup is ${valueText(plugin.setup)}; expected a function, (host) => { host.define(…) }.`);
  const odd = kindsOf(plugin).find(([, definitions]) => typeof definitions !== 'object' || definitions === null);
  if (odd)
    throw invalid(
      `${odd[0]} is ${valueText(odd[1])}; expected definitions by name, such as layer: { 'acme/gated': gated }.`,
    );
  const kinds = kindsOf(plugin).map(([kind, definitions]) => [kind, Object.freeze({ ...definitions })]);
  return Object.freeze({
    ...plugin,
    ...(plugin.requires && { requires: Object.freeze([...plugin.requires]) }),
    ...(plugin.events && { events: Object.freeze([...plugin.events]) }),
    ...Object.fromEntries(kinds),
    [madeBy]: CORE_VERSION,
  });
}

/** What a plugin defines, kind by kind. */
export function kindsOf(plugin: PluginInput): [kind: Kind, definitions: Definitions][] {
  const others: readonly string[] = [
    'name',
    'version',
    'core',
    'requires',
    'events',
    'setup',
  ] satisfies (keyof PluginInput)[];
  return Object.entries(plugin as object as Record<Kind, Definitions>).filter(
    (entry): entry is [Kind, Definitions] => !others.includes(entry[0]),
  );
}

/** Whether a plugin's stated range includes this version of core. */
export function fitsCore(plugin: Plugin): boolean {
  return plugin.core === undefined || satisfies(CORE_VERSION, plugin.core);
}

/** How a plugin is named in messages. */
export function titleOf({ name, version }: Plugin): string {
  return `${name}@${version}`;
}

/**
 * The plugins that a module exports, alone or in lists.
 * @throws AdjointError `PLUGIN_INVALID` where there is none
 */
export function pluginsIn(module: object, specifier: string): readonly Plugin[] {
  const exported: unknown[] = Object.values((module as object | null | undefined) ?? {});
  const plugins = exported.flatMap((value): unknown => value).filter(isPlugin);
  if (plugins.length > 0) return [...new Set(plugins)];
  throw new AdjointError('PLUGIN_INVALID', `The module '${specifier}' exports no plugin; name one that does.`);
}

/** Every plugin carries the version of core that made it, and so do definitions, which have a kind. */
function isPlugin(value: unknown): value is Plugin {
  return typeof value === 'object' && value !== null && madeBy in value && !('kind' in value);
}
