import { AdjointError } from '../errors.js';
import { readChoice } from './choice.js';
import { assertSameCore, CORE_VERSION, madeBy } from './core-copy.js';
import type { CreateContext, Definition } from './definition.js';
import { describeText, type ExtensionDescription, type RegistryDescription } from './description.js';
import { didYouMean } from './did-you-mean.js';
import type { Choice, Created, Kind } from './kinds.js';
import { describeOptions } from './options/describe-options.js';
import { validateOptions } from './options/validate-options.js';
import { fitsCore, titleOf, type Plugin, type PluginHost } from './plugin.js';
import { Services, type ServiceProvider, type ServiceToken } from './services.js';

/** A definition under its name. */
interface Extension {
  readonly kind: Kind;
  readonly name: string;
  readonly owner: Plugin;
  readonly definition: Definition;
  readonly overrides?: Plugin;
}

interface ProvidedService {
  readonly token: ServiceToken<unknown>;
  readonly provider: ServiceProvider<unknown>;
  readonly owner: Plugin;
}

/** What a plugin's setup has asked for; registered only when all of it is in order. */
interface Draft {
  readonly extensions: Map<symbol, Extension>;
  readonly services: Map<symbol, ProvidedService>;
}

/** The plugins of one app, what they define and the services they provide. Two registries share nothing. */
export class Registry {
  /** The services that factories may ask for; the owner of the registry adds its own. */
  readonly services = new Services();
  readonly #plugins = new Map<string, Plugin>();
  readonly #extensions = new Map<symbol, Extension>();
  readonly #serviceOwners = new Map<symbol, Plugin>();
  readonly #packageOfKind: Readonly<Record<string, string>>;

  /** `packageOfKind` names the package that brings plugins of a kind, for the error of someone who has registered none. */
  constructor({ packageOfKind = {} }: { readonly packageOfKind?: Readonly<Record<string, string>> } = {}) {
    this.#packageOfKind = packageOfKind;
  }

  /**
   * Puts a plugin in use. The same plugin again changes nothing. A plugin that is refused leaves nothing behind.
   * @throws {AdjointError} PLUGIN_INVALID, PLUGIN_DUPLICATE, PLUGIN_CORE_MISMATCH, PLUGIN_DEPENDENCY_MISSING,
   * CORE_DUPLICATE, APP_CLOSED, and what `PluginHost.define` refuses.
   */
  use(plugin: Plugin): this {
    this.services.assertOpen();
    const present = this.#plugins.get(plugin.name);
    if (present === plugin) return this;
    this.#assertUsable(plugin, present);

    const draft: Draft = { extensions: new Map(), services: new Map() };
    const host = this.#host(plugin, draft);
    // `setup` returns nothing by its type, but an async function fits that type, too.
    const result: unknown = plugin.setup(host.register);
    host.close();
    if (result instanceof Promise) {
      void result.catch(() => undefined); // the error below says what is wrong
      throw new AdjointError(
        'PLUGIN_INVALID',
        `plugin '${titleOf(plugin)}': setup is asynchronous; it must only register, at once. Do what takes time in the factory of a service.`,
      );
    }

    for (const [token, extension] of draft.extensions) {
      this.#extensions.set(token, extension);
      this.services.provide(token as ServiceToken<Definition>, { value: extension.definition });
    }
    for (const { token, provider, owner } of draft.services.values()) {
      this.#serviceOwners.set(token, owner);
      this.services.provide(token, provider);
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
    if (!services.has(token)) throw this.#unknown(kind, name);
    const definition = services.resolve(token as ServiceToken<Definition<K>>);
    const context: CreateContext = {
      resolve: services.resolve,
      create: (innerKind, innerChoice) => this.create(innerKind, innerChoice, services),
    };
    return definition.create(validateOptions(definition.options, options, `${kind} '${name}'`), context);
  }

  /** What is registered: options with types, ranges and defaults, formulas and sources; of one kind or of all. */
  describe(kind?: Kind): RegistryDescription {
    const wanted = [...this.#extensions.values()].filter((extension) => kind === undefined || extension.kind === kind);
    return {
      plugins: this.plugins().map(({ name, version }) => ({ name, version })),
      extensions: wanted.map(describeExtension),
    };
  }

  /** `describe()` as text to read. */
  describeText(kind?: Kind): string {
    return describeText(this.describe(kind));
  }

  /** Closes the services that have been created. Nothing can be created afterwards. */
  async dispose(): Promise<void> {
    await this.services.dispose();
  }

  #assertUsable(plugin: Plugin, present: Plugin | undefined): void {
    const title = titleOf(plugin);
    if (plugin[madeBy] === undefined) {
      throw new AdjointError(
        'PLUGIN_INVALID',
        `'${plugin.name}' is not a plugin; make it with definePlugin({ name, version, setup }).`,
      );
    }
    assertSameCore(plugin, `plugin '${title}'`);
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
    const missing = plugin.requires?.filter((name) => !this.#plugins.has(name)) ?? [];
    if (missing.length > 0) {
      throw new AdjointError(
        'PLUGIN_DEPENDENCY_MISSING',
        `plugin '${title}' requires ${missing.join(' and ')}; call use() with ${missing.length === 1 ? 'that plugin' : 'those plugins'} first. In use: ${[...this.#plugins.keys()].join(', ') || 'none'}.`,
      );
    }
  }

  /** The host that a plugin's setup is handed; it works until setup returns. */
  #host(plugin: Plugin, draft: Draft): { readonly register: PluginHost; close(): void } {
    let open = true;
    const assertOpen = (): void => {
      if (open) return;
      throw new AdjointError(
        'PLUGIN_INVALID',
        `plugin '${titleOf(plugin)}' registers after its setup has returned; register within setup.`,
      );
    };
    const register: PluginHost = {
      define: (kind, name, definition, { override = false } = {}) => {
        assertOpen();
        const extension = { kind, name, owner: plugin, definition };
        this.#addExtension(extension, override, draft);
      },
      provide: (token, provider, { override = false } = {}) => {
        assertOpen();
        const owner = draft.services.get(token)?.owner ?? this.#serviceOwners.get(token);
        if (owner && !override) {
          throw duplicate(`service '${token.description}'`, owner, plugin);
        }
        draft.services.set(token, { token, provider, owner: plugin });
      },
    };
    return { register, close: () => (open = false) };
  }

  #addExtension(extension: Extension, override: boolean, draft: Draft): void {
    const { kind, name, owner, definition } = extension;
    const what = `${kind} '${name}'`;
    assertSameCore(definition, `${what} of plugin '${titleOf(owner)}'`);
    if (definition.kind !== kind) {
      throw new AdjointError(
        'PLUGIN_INVALID',
        `plugin '${titleOf(owner)}' registers a definition of kind '${definition.kind}' as ${what}; make it with the define function of its kind.`,
      );
    }
    const token = tokenOf(kind, name);
    const taken = draft.extensions.get(token) ?? this.#extensions.get(token);
    if (taken && !override) throw duplicate(what, taken.owner, owner);
    if (!taken && override) {
      throw new AdjointError(
        'EXTENSION_UNKNOWN',
        `plugin '${titleOf(owner)}' overrides ${what}, which is not registered${didYouMean(name, this.names(kind)) || ';'} Use the plugin that defines it first.`,
      );
    }
    if (!taken) assertName(kind, name, owner);
    draft.extensions.set(token, taken ? { ...extension, overrides: taken.owner } : extension);
  }

  #unknown(kind: string, name: string): AdjointError {
    const names = this.names(kind);
    const source = this.#packageOfKind[kind];
    const help =
      names.length > 0
        ? `is not registered${didYouMean(name, names) || '.'} Known: ${names.join(', ')}. If a plugin defines it, use() that plugin first.`
        : `is not registered, nor is any other ${kind}; ` +
          (source
            ? `use() the plugin of ${source}, or createApp from 'adjoint', which has all built-in plugins.`
            : 'use() a plugin that defines some.');
    return new AdjointError('EXTENSION_UNKNOWN', `${kind} '${name}' ${help}`);
  }
}

/** One container token per kind and name, so that a scope can replace exactly one. */
function tokenOf(kind: string, name: string): symbol {
  return Symbol.for(`adjoint/${kind}/${name}`);
}

/** Bare names are kept for the project's own plugins; others put a vendor in front. */
function assertName(kind: string, name: string, owner: Plugin): void {
  const isOwn = owner.name === 'adjoint' || owner.name.startsWith('@adjoint/');
  // 'name' stands beside options in a choice, so nothing can be called that.
  const isBare = /^[a-z][A-Za-z0-9]*$/.test(name) && name !== 'name';
  if (isOwn ? isBare : /^[a-z0-9][a-z0-9.-]*\/[A-Za-z][A-Za-z0-9-]*$/.test(name)) return;
  throw new AdjointError(
    'EXTENSION_NAME_INVALID',
    `plugin '${titleOf(owner)}' cannot define ${kind} '${name}': ` +
      (isOwn
        ? `built-in names are camelCase, and 'name' is taken.`
        : `name it 'vendor/name', such as 'acme/${name.split('/').at(-1) || 'signum'}'; bare names are the built-in ones.`),
  );
}

function duplicate(what: string, owner: Plugin, second: Plugin): AdjointError {
  return new AdjointError(
    'EXTENSION_DUPLICATE',
    `plugin '${titleOf(second)}' cannot define ${what}: it is already defined by ${titleOf(owner)}. Choose another name, or pass { override: true } to replace it.`,
  );
}

function describeExtension({ kind, name, owner, definition, overrides }: Extension): ExtensionDescription {
  const { formula, source, description } = definition;
  const options = describeOptions(definition.options);
  return {
    kind,
    name,
    plugin: owner.name,
    version: owner.version,
    ...(overrides && { overrides: titleOf(overrides) }),
    ...(options && { options }),
    ...(formula !== undefined && { formula }),
    ...(source !== undefined && { source }),
    ...(description !== undefined && { description }),
  };
}
