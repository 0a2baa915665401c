/** Options with their defaults filled in. */
export type Defaulted<O> = { readonly [N in keyof O]-?: Exclude<O[N], undefined> };
