/**
 * The kinds of things that plugins add. The registry knows none by name: each is declared beside its interface, with a
 * catalogue (name → options, what may be written) and an instance (what a definition's `create` returns), and with what an
 * example gives beside options, if that is anything. A plugin adds a kind of its own the same way:
 *
 *     declare module '@adjoint/core' {
 *       interface Kinds { runner: { catalogue: Runners; instance: Runner } }
 *     }
 */
export interface Kinds {}

export type Kind = keyof Kinds & string;

/** What the definitions of a kind create. */
export type Created<K extends Kind> = Kinds[K]['instance'];

/** What an example of a definition gives beside options: of a layer, its inputs. */
export type ExampleOf<K extends Kind> = Kinds[K] extends { readonly example: infer Example } ? Example : unknown;

/** The names of a kind that the imported packages declare. */
export type NameOf<K extends Kind> = keyof Kinds[K]['catalogue'] & string;

/** The options that may be written for a name. */
export type OptionsFor<K extends Kind, N extends NameOf<K>> = Kinds[K]['catalogue'][N];

/**
 * How a plugin of a kind is chosen wherever options are given: `'name'`, where all its options are optional, or
 * `{ name: options }` with exactly one name. Beside the options, `name` says what the thing is called in messages, logs
 * and files: `{ conv2d: { filters: 32, kernel: 3 }, name: 'stem' }`.
 */
export type Choice<K extends Kind> = {
  [N in NameOf<K>]: ({} extends OptionsFor<K, N> ? N : never) | SingleChoice<K, N>;
}[NameOf<K>];

type SingleChoice<K extends Kind, N extends NameOf<K>> = Readonly<Pick<Kinds[K]['catalogue'], N>> & {
  readonly [P in keyof Kinds[K]['catalogue'] as P extends N ? never : P]?: never;
} & { readonly name?: string };

/**
 * What may stand in place of a choice: `T`, which has none of the names as a property. The compiler then names the nearest
 * name for a wrong one, as it does where there are choices alone.
 */
export type Otherwise<T, K extends Kind> = T & { readonly [N in Exclude<NameOf<K>, keyof T>]?: never };
