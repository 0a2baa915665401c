import type { StandardSchemaV1 } from '@standard-schema/spec';
import * as v from 'valibot';
import type { Choice, Kind } from '../kinds.js';

/**
 * What the helpers below return: a valibot schema, typed only by what may be written (`Input`) and what a factory is
 * handed (`Output`). So the declarations of a plugin package name nothing but `@adjoint/core`.
 *
 * Composed schemas are interfaces over their parts, not over computed types, because a compiler writes a computed type
 * out in a package's declarations: a choice would be frozen to the names that its author's program knew.
 */
export interface Schema<Input = unknown, Output = Input> extends StandardSchemaV1<Input, Output> {
  readonly kind: 'schema';
  readonly type: string;
}

/** A schema for an option that may be left out. */
export interface OptionalSchema<S extends Schema> extends Schema<InputOf<S> | undefined, OutputOf<S> | undefined> {
  readonly type: 'optional';
}

/** A schema for an option that may be left out and then has a default. */
export interface DefaultedSchema<S extends Schema> extends Schema<InputOf<S> | undefined, OutputOf<S>> {
  readonly type: 'optional';
}

export interface ObjectSchema<F extends Fields> extends Schema<ObjectInput<F>, ObjectOutput<F>> {}

export interface ArraySchema<S extends Schema> extends Schema<readonly InputOf<S>[], OutputOf<S>[]> {}

export interface TupleSchema<E extends readonly Schema[]> extends Schema<
  { readonly [N in keyof E]: InputOf<E[N]> },
  { [N in keyof E]: OutputOf<E[N]> }
> {}

export interface AnyOfSchema<A extends readonly Schema[]> extends Schema<InputOf<A[number]>, OutputOf<A[number]>> {}

export interface ChoiceSchema<K extends Kind> extends Schema<Choice<K>> {}

type Fields = Readonly<Record<string, Schema>>;
type InputOf<S extends Schema> = StandardSchemaV1.InferInput<S>;
type OutputOf<S extends Schema> = StandardSchemaV1.InferOutput<S>;
type OptionalKey<F extends Fields> = { [N in keyof F]: F[N] extends { type: 'optional' } ? N : never }[keyof F];
type DefaultedKey<F extends Fields> = {
  [N in OptionalKey<F>]: undefined extends OutputOf<F[N]> ? never : N;
}[OptionalKey<F>];
type Flat<T> = { [N in keyof T]: T[N] };

/**
 * What may be written for an object of these fields. The keys are those of the fields, renamed and not computed, so that
 * editors show what is said about a field.
 */
type ObjectInput<F extends Fields> = Flat<
  { -readonly [N in keyof F as N extends OptionalKey<F> ? never : N]: InputOf<F[N]> } & {
    -readonly [N in keyof F as N extends OptionalKey<F> ? N : never]?: InputOf<F[N]>;
  }
>;

/** What a factory is handed for an object of these fields: defaults are filled in. */
type ObjectOutput<F extends Fields> = Flat<
  { -readonly [N in Exclude<keyof F, OptionalKey<F>> | DefaultedKey<F>]: OutputOf<F[N]> } & {
    -readonly [N in Exclude<OptionalKey<F>, DefaultedKey<F>>]?: OutputOf<F[N]>;
  }
>;

/** Options by name; unknown names are refused. */
export function object<F extends Fields>(fields: F): ObjectSchema<F> {
  return v.strictObject(fields as unknown as v.ObjectEntries) as unknown as ObjectSchema<F>;
}

/** The fields of an interface of options: an interface and its check cannot drift apart. */
type FieldsOf<T> = {
  readonly [N in keyof T]-?: undefined extends T[N] ? Schema & { readonly type: 'optional' } : Schema;
};

/** The same for an interface that is written out, every option of which must have its field. */
export function schemaOf<T extends object>(fields: FieldsOf<T>): Schema<T> {
  return v.strictObject(fields as unknown as v.ObjectEntries) as unknown as Schema<T>;
}

/** An option that may be left out; its value is then `fallback`, or undefined where none is given. */
export function optional<S extends Schema>(schema: S, fallback: InputOf<S> & {}): DefaultedSchema<S>;
export function optional<S extends Schema>(schema: S): OptionalSchema<S>;
export function optional(schema: Schema, fallback?: unknown): Schema {
  return v.optional(native(schema), fallback);
}

const finite = v.pipe(v.number(), v.finite());
const whole = v.pipe(v.number(), v.safeInteger());

/** A finite number. */
export const number: Schema<number> = finite;
/** A finite number > 0. */
export const positive: Schema<number> = v.pipe(finite, v.gtValue(0));
/** A finite number ≥ 0, such as a learning rate or a penalty's weight. */
export const rate: Schema<number> = v.pipe(finite, v.minValue(0));
/** A number in [0, 1]. */
export const fraction: Schema<number> = between(0, 1);
/** A number in [0, 1), such as the decay of a running mean, of which 1 would keep the first value for ever. */
export const decay: Schema<number> = v.pipe(finite, v.minValue(0), v.ltValue(1));
/** A whole number. */
export const integer: Schema<number> = whole;
/** A whole number ≥ 0, such as a seed or a number of steps. */
export const natural: Schema<number> = v.pipe(whole, v.minValue(0));
/** A whole number ≥ 1, such as a number of units. */
export const count: Schema<number> = v.pipe(whole, v.minValue(1));
export const boolean: Schema<boolean> = v.boolean();
export const string: Schema<string> = v.string();

/** A number in [low, high]. */
export function between(low: number, high: number): Schema<number> {
  return v.pipe(finite, v.minValue(low), v.maxValue(high));
}

/** One of some given strings. */
export function oneOf<const T extends string>(...values: readonly T[]): Schema<T> {
  return v.picklist(values);
}

/** An array of any length whose elements all fit `element`. */
export function array<S extends Schema>(element: S): ArraySchema<S> {
  return v.array(native(element)) as unknown as ArraySchema<S>;
}

/** An array with one element for each of `elements`. */
export function tuple<const E extends readonly Schema[]>(...elements: E): TupleSchema<E> {
  return v.strictTuple(elements.map(native)) as unknown as TupleSchema<E>;
}

/** What fits one of `alternatives`; the first that fits is taken. */
export function anyOf<const A extends readonly Schema[]>(...alternatives: A): AnyOfSchema<A> {
  return v.union(alternatives.map(native)) as unknown as AnyOfSchema<A>;
}

/** What fits `schema` and passes a further test; `expected` says which, as in 'expected an integer, odd'. */
export function refine<S extends Schema>(schema: S, test: (value: OutputOf<S>) => boolean, expected: string): S {
  return v.pipe(
    native(schema),
    v.check((value) => test(value as OutputOf<S>), expected),
  ) as unknown as S;
}

/** Any value that passes a test, such as a function; `expected` says which in errors and help. */
export function custom<T>(test: (value: unknown) => boolean, expected: string): Schema<T> {
  return v.pipe(v.custom<T>(test), v.metadata({ expected }));
}

/**
 * A choice among the plugins of a kind, such as a layer's initializer; `context.create` makes the instance.
 * A definition that takes a choice of its own kind states its type, which would otherwise refer to itself:
 * `const residual: Definition<'layer', Schema<ResidualOptions>> = defineLayer({ … })`.
 */
export function choice<K extends Kind>(kind: K): ChoiceSchema<K> {
  const isChoice = (value: unknown): boolean =>
    typeof value === 'string' || (typeof value === 'object' && value !== null && !Array.isArray(value));
  return custom<Choice<K>>(isChoice, `'name' or { name: options } (${kind})`);
}

/** Adds a sentence to an option that `describe()` shows. */
export function documented<S extends Schema>(schema: S, description: string): S {
  return v.pipe(native(schema), v.description(description)) as unknown as S;
}

/** The helpers' types hide that their schemas are valibot's. */
function native(schema: Schema): v.GenericSchema {
  return schema as unknown as v.GenericSchema;
}
