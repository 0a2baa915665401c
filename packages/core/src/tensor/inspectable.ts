/**
 * Lets console.log print a class as `describe` says, in Node.js and Deno, instead of everything that it refers to.
 * `toString` says the same, for templates and the consoles of browsers; and so does, in a line, the tag of a class, which
 * node:assert and AVA print. Single objects are plain data and have no tag: it would make them unequal to such data.
 */
export function inspectable<T extends object>(Class: { readonly prototype: T }, describe: (value: T) => string): void {
  const { prototype } = Class;
  const value = function (this: T): string {
    return describe(this);
  };
  for (const name of ['nodejs.util.inspect.custom', 'Deno.customInspect'])
    Object.defineProperty(prototype, Symbol.for(name), { value, configurable: true });
  if (!Object.hasOwn(prototype, 'toString'))
    Object.defineProperty(prototype, 'toString', { value, configurable: true, writable: true });
  if (typeof Class !== 'function') return;
  const get = function (this: T): string | undefined {
    // Prototypes, also of derived classes, have nothing to describe.
    return this.constructor.prototype === this ? undefined : describe(this).replaceAll(/\s*\n\s*/g, ' ');
  };
  Object.defineProperty(prototype, Symbol.toStringTag, { get, configurable: true });
}

let made = 0;

/**
 * Makes an object equal to itself alone where tests compare deeply, by a number `id`: what it stands for is in private
 * fields or on a device, where no comparison looks. The fields named are hidden from consoles and test runners, which would
 * print all that they refer to.
 */
export function distinct<T extends object>(object: T, ...hidden: readonly (keyof T)[]): void {
  Object.defineProperty(object, 'id', { value: made++, enumerable: true });
  for (const name of hidden) Object.defineProperty(object, name, { enumerable: false });
}
