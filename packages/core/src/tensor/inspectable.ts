/**
 * Lets console.log print a class as `describe` says, in Node.js and Deno, instead of everything that it refers to.
 * `toString` says the same, for templates and the consoles of browsers.
 */
export function inspectable<T extends object>(Class: { readonly prototype: T }, describe: (value: T) => string): void {
  const value = function (this: T): string {
    return describe(this);
  };
  for (const name of ['nodejs.util.inspect.custom', 'Deno.customInspect'])
    Object.defineProperty(Class.prototype, Symbol.for(name), { value, configurable: true });
  if (!Object.hasOwn(Class.prototype, 'toString'))
    Object.defineProperty(Class.prototype, 'toString', { value, configurable: true, writable: true });
}
