import { validate, satisfies } from 'compare-versions';
import { AdjointError } from '../errors.js';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { CORE_VERSION, madeBy } from './core-copy.js';
import type { Definition } from './definition.js';
import type { Kind, NameOf, OptionsFor } from './kinds.js';
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

export interface Plugin {
  /** The name of its package. */
  readonly name: string;
  readonly version: string;
  /** The versions of `@adjoint/core` it works with, as a range: `^1.2.0`. */
  readonly core?: string;
  /** Names of plugins that must be in use before this one. */
  readonly requires?: readonly string[];
  /** Registers, synchronously, and does nothing else. */
  readonly setup: (host: PluginHost) => void;
  readonly [madeBy]: string;
}

/**
 * Makes a plugin, a frozen object.
 * @throws {AdjointError} PLUGIN_INVALID when the name is empty, or the version or range of core cannot be read.
 */
export function definePlugin(plugin: Omit<Plugin, typeof madeBy>): Plugin {
  const invalid = (problem: string): AdjointError =>
    new AdjointError('PLUGIN_INVALID', `plugin '${plugin.name}': ${problem}`);
  if (!plugin.name) throw invalid(`the name is empty; give the name of its package.`);
  if (!validate(plugin.version)) throw invalid(`the version is '${plugin.version}'; expected one like '1.2.0'.`);
  try {
    if (plugin.core !== undefined) satisfies(CORE_VERSION, plugin.core);
  } catch (cause) {
    throw invalid(
      `the range of @adjoint/core is '${plugin.core}'; expected one like '^${CORE_VERSION}' (${String(cause)}).`,
    );
  }
  return Object.freeze({
    ...plugin,
    ...(plugin.requires && { requires: Object.freeze([...plugin.requires]) }),
    [madeBy]: CORE_VERSION,
  });
}

/** Whether a plugin's stated range includes this version of core. */
export function fitsCore(plugin: Plugin): boolean {
  return plugin.core === undefined || satisfies(CORE_VERSION, plugin.core);
}

/** How a plugin is named in messages. */
export function titleOf({ name, version }: Plugin): string {
  return `${name}@${version}`;
}
