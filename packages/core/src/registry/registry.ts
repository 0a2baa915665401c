import type { AdjointError } from '../errors.js';
import { assertUsable } from './assert-usable.js';
import { readChoice } from './choice.js';
import type { CreateContext, Definition } from './definition.js';
import { describeExtension, describeText, type RegistryDescription } from './description.js';
import { draftOf, type ProvidedService } from './draft.js';
import { checkedBy } from './instance-check.js';
import { tokenOf, unknownName, type Extension } from './extension.js';
import type { Choice, Created, Kind } from './kinds.js';
import { custom, optional, schemaOf } from './options/schema.js';
import { validateOptions } from './options/validate-options.js';
import type { Plugin } from './plugin.js';
import { Services, type ServiceToken } from './services.js';

/** Where definitions come from, for the error of someone who uses none of their plugins. */
export interface RegistryOptions {
  /** The package that brings plugins of a kind. */
  readonly packageOfKind?: Readonly<Record<string, string>>;
  /** The package of a name that need not be in use, by kind and name: `backend native`. */
  readonly packageOfName?: Readonly<Record<string, string>>;
}

const packages = optional(
  custom<Readonly<Record<string, string>>>((value) => typeof value === 'object' && value !== null, 'names of packages'),
);
const registryOptions = schemaOf<RegistryOptions>({ packageOfKind: packages, packageOfName: packages });

/** The plugins of one app, what they define and the services they provide. Two registries share nothing. */
export class Registry {
  /** The services that factories may ask for; the owner of the registry adds its own. */
  readonly services = new Services();
  readonly #plugins = new Map<string, Plugin>();
  readonly #extensions = new Map<symbol, Extension>();
  readonly #provided = new Map<symbol, ProvidedService>();
  readonly #packages: RegistryOptions;

  constructor(options: RegistryOptions = {}) {
    validateOptions(registryOptions, options, 'registry');
    this.#packages = options;
  }

  #unknown(kind: string, name: string): AdjointError {
    const { packageOfKind, packageOfName } = this.#packages;
    const known = this.names(kind);
    return unknownName(kind, name, known, packageOfName?.[`${kind} ${name}`], packageOfKind?.[kind]);
  }

  /**
   * Puts a plugin in use. The same plugin again changes nothing. A plugin that is refused leaves nothing behind.
   * @throws {AdjointError} PLUGIN_INVALID, PLUGIN_DUPLICATE, PLUGIN_CORE_MISMATCH, PLUGIN_DEPENDENCY_MISSING,
   * CORE_DUPLICATE, APP_CLOSED, and what `PluginHost.define` refuses.
   */
  use(plugin: Plugin): this {
    this.services.assertOpen();
    if (plugin && this.#plugins.get(plugin.name) === plugin) return this;
    assertUsable(plugin, this.#plugins);
    const draft = draftOf(plugin, { extensions: this.#extensions, services: this.#provided });
    for (const [token, extension] of draft.extensions) {
      this.#extensions.set(token, extension);
      this.services.provide(token as ServiceToken<Definition>, { value: extension.definition });
    }
    for (const [token, service] of draft.services) {
      this.#provided.set(token, service);
      this.services.provide(token, service.provider);
    }
    this.#plugins.set(plugin.name, plugin);
    return this;
  }

  /** Whether a name is registered under a kind. */
  has(kind: string, name: string): boolean {
    return this.#extensions.has(tokenOf(kind, name));
  }

  /** The registered names of a kind, in the order of registration. */
  names(kind: string): string[] {
    return [...this.#extensions.values()].filter((extension) => extension.kind === kind).map(({ name }) => name);
  }

  /** The plugins in use, in order. */
  plugins(): readonly Plugin[] {
    return [...this.#plugins.values()];
  }

  /** The plugin that registered a name: what a saved model notes down. */
  ownerOf(kind: string, name: string): Plugin | undefined {
    return this.#extensions.get(tokenOf(kind, name))?.owner;
  }

  /**
   * Creates what is chosen. Options are validated and their defaults filled in first.
   * @param services What the factory may ask for; a training run passes a scope with its own.
   * @throws {AdjointError} EXTENSION_UNKNOWN, OPTIONS_INVALID, and what the factory throws.
   */
  create<K extends Kind>(kind: K, choice: Choice<K>, services = this.services): Created<K> {
    const { name, options } = readChoice(kind, choice);
    const token = tokenOf(kind, name);
    if (!this.#extensions.has(token)) throw this.#unknown(kind, name);
    services.assertOpen();
    const definition = services.resolve(token as ServiceToken<Definition<K>>);
    const context: CreateContext = {
      resolve: services.resolve,
      create: (innerKind, innerChoice) => this.create(innerKind, innerChoice, services),
    };
    const what = `${kind} '${name}'`;
    const instance = definition.create(validateOptions(definition.options, options, what), context);
    definition[checkedBy]?.(instance, `${what} of ${this.ownerOf(kind, name)?.name ?? 'no plugin'}`);
    return instance;
  }

  /**
   * A choice whose name is only known at run time, from a file or a command line, as one that the compiler accepts.
   * @throws {AdjointError} EXTENSION_UNKNOWN or OPTIONS_INVALID with the nearest right name or option.
   */
  check<K extends Kind>(kind: K, choice: unknown): Choice<K> {
    const { name, options } = readChoice(kind, choice);
    const extension = this.#extensions.get(tokenOf(kind, name));
    if (!extension) throw this.#unknown(kind, name);
    validateOptions(extension.definition.options, options, `${kind} '${name}'`);
    return choice as Choice<K>;
  }

  /**
   * What is registered: options with types, ranges and defaults, formulas and sources; all, of one kind, or of one name.
   * @throws {AdjointError} EXTENSION_UNKNOWN if there is none of that name
   */
  describe(kind?: Kind, name?: string): RegistryDescription {
    if (kind !== undefined && name !== undefined && !this.has(kind, name)) throw this.#unknown(kind, name);
    const wanted = [...this.#extensions.values()].filter(
      (extension) => (kind ?? extension.kind) === extension.kind && (name ?? extension.name) === extension.name,
    );
    return {
      plugins: this.plugins().map((plugin) => ({ name: plugin.name, version: plugin.version })),
      extensions: wanted.map(describeExtension),
    };
  }

  /** `describe()` as text to read. */
  describeText(kind?: Kind, name?: string): string {
    return describeText(this.describe(kind, name));
  }

  /** Closes the services that have been created. Nothing can be created afterwards. */
  async dispose(): Promise<void> {
    await this.services.dispose();
  }
}
