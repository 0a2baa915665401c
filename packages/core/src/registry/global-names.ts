/** What is global before the container library is loaded. */
export const globalNames: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(globalThis));
