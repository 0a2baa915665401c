// The only file that knows the container library. reflect-metadata comes first: tsyringe refuses to load without it.
import { globalNames } from './global-names.js';
import './reflect.js';
import { container as globalContainer, injectable as tsyringeInjectable, type DependencyContainer } from 'tsyringe';

export { inject, type InjectionToken } from 'tsyringe';
export type Container = DependencyContainer;

// Outside of bundles tsyringe gets its helpers from tslib 1, which makes them global as well; nobody needs them there.
for (const name of Object.getOwnPropertyNames(globalThis))
  if (name.startsWith('__') && !globalNames.has(name)) Reflect.deleteProperty(globalThis, name);

/** A class whose constructor's parameters the container supplies. */
// A constructor's parameter types are contravariant, so `never` stands for any list of them.
export type InjectableClass<T> = new (...dependencies: never[]) => T;

/**
 * A container without a parent. A child of tsyringe's global container would see, and share with other apps, whatever
 * a third party's `@singleton()` put there; its class is not exported, so it is taken from the global instance.
 */
export function createContainer(): Container {
  return Reflect.construct(globalContainer.constructor, []) as Container;
}

/**
 * Class decorator for constructor injection; mark every parameter with `@inject(TOKEN)`, since many compilers emit no
 * decorator metadata. Unlike tsyringe's own it takes no token, because that would register in the global container.
 */
export function injectable(): <T>(target: InjectableClass<T>) => void {
  return tsyringeInjectable() as <T>(target: InjectableClass<T>) => void;
}
