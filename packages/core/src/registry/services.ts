import { AdjointError, isAdjointError } from '../errors.js';
import { createContainer, type Container, type InjectableClass } from './container.js';

declare const service: unique symbol;

/** Names a service of type `T`. */
export type ServiceToken<T> = symbol & { readonly [service]?: T };

/** The token of a service; the same name gives the same token in every copy of the module that asks. */
export function serviceToken<T>(name: string): ServiceToken<T> {
  return Symbol.for(`adjoint/service/${name}`);
}

/** Asks for a service by token, or for an instance of a class whose constructor's dependencies are injected. */
export type Resolve = <T>(token: ServiceToken<T> | InjectableClass<T>) => T;

/** Where a service comes from; a factory runs once, when the service is first asked for. */
export type ServiceProvider<T> =
  | { readonly value: T }
  | { readonly factory: (context: { readonly resolve: Resolve }) => T }
  | { readonly class: InjectableClass<T> };

/** The services of an app, or of a part of it such as one training run, one instance each. */
export class Services {
  readonly #container: Container;
  readonly #created: unknown[] = [];
  #closed = false;

  constructor(container = createContainer()) {
    this.#container = container;
  }

  /** Registers a service; a later one under the same token replaces it. */
  provide<T>(token: ServiceToken<T>, provider: ServiceProvider<T>): void {
    this.assertOpen();
    if ('value' in provider) this.#container.register(token, { useValue: provider.value });
    else this.#container.register(token, { useFactory: this.#once(token, provider) });
  }

  /** Whether a service is registered here or, for a part of an app, in the app. */
  has(token: ServiceToken<unknown>): boolean {
    this.assertOpen();
    return this.#container.isRegistered(token, true);
  }

  /**
   * The service of a token, or a new instance of a class with its dependencies.
   * @throws {AdjointError} SERVICE_MISSING when it, or something it depends on, is not provided; APP_CLOSED.
   */
  readonly resolve: Resolve = <T>(token: ServiceToken<T> | InjectableClass<T>): T => {
    this.assertOpen();
    if (typeof token === 'symbol' && !this.has(token)) throw missing(token);
    try {
      return this.#container.resolve<T>(token as symbol);
    } catch (error) {
      if (typeof token === 'symbol' || isAdjointError(error)) throw error;
      throw notInjectable(token, error);
    }
  };

  /** Services that end earlier: they see these, and what is provided there is not seen here. */
  createScope(): Services {
    this.assertOpen();
    return new Services(this.#container.createChildContainer());
  }

  /** Disposes what factories and classes have made here, the youngest first. Nothing can be resolved afterwards. */
  async dispose(): Promise<void> {
    this.#closed = true;
    const failures: unknown[] = [];
    for (const instance of this.#created.splice(0).reverse()) {
      if (!isDisposable(instance)) continue;
      try {
        await instance.dispose();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, 'Several services failed to close.');
  }

  /** Created once, with the services of the scope that provided it, whichever scope asks first. */
  #once<T>(token: ServiceToken<T>, provider: Exclude<ServiceProvider<T>, { value: T }>): () => T {
    let made: { readonly instance: T } | undefined;
    let busy = false;
    return () => {
      if (made) return made.instance;
      if (busy)
        throw new AdjointError(
          'SERVICE_CYCLE',
          `${nameOf(token)} depends on itself; break the cycle by resolving one of the services later.`,
        );
      busy = true;
      try {
        made = {
          instance: 'class' in provider ? this.resolve(provider.class) : provider.factory({ resolve: this.resolve }),
        };
      } finally {
        busy = false;
      }
      this.#created.push(made.instance);
      return made.instance;
    };
  }

  /** @throws {AdjointError} APP_CLOSED after `dispose`. */
  assertOpen(): void {
    if (this.#closed) throw new AdjointError('APP_CLOSED', 'The app is closed; create another one.');
  }
}

function isDisposable(value: unknown): value is { dispose(): unknown } {
  return typeof (value as { dispose?: unknown } | null | undefined)?.dispose === 'function';
}

function nameOf(token: symbol): string {
  return `service '${(token.description ?? 'unnamed').replace('adjoint/service/', '')}'`;
}

function missing(token: symbol): AdjointError {
  return new AdjointError(
    'SERVICE_MISSING',
    `There is no ${nameOf(token)}; use a plugin that provides it, or host.provide(token, { value }) in one of your own.`,
  );
}

/** The container's own errors name parameters by position and tell nobody what to do. */
function notInjectable(token: InjectableClass<unknown>, cause: unknown): unknown {
  const message = cause instanceof Error ? cause.message : '';
  if (!/unregistered dependency token|TypeInfo not known/.test(message)) return cause;
  return new AdjointError(
    'SERVICE_MISSING',
    `${token.name} cannot be created: ${message} Decorate it with injectable() from @adjoint/core, mark each constructor parameter with @inject(TOKEN), and provide every token; or provide it by a factory.`,
    { cause },
  );
}
