import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Resolve } from './services.js';
import type { Choice, Created, ExampleOf, Kind } from './kinds.js';
import { CORE_VERSION, madeBy } from './core-copy.js';
import { checkedBy, type InstanceCheck } from './instance-check.js';

/** What a factory may ask for while it creates an instance. */
export interface CreateContext {
  /** The service of a token: `ENGINE`, within a trainer also `EVENTS` and `RANDOM`, or one that a plugin provides. */
  readonly resolve: Resolve;
  /** Creates what an option chooses, such as a layer's initializer. */
  create<K extends Kind>(kind: K, choice: Choice<K>): Created<K>;
}

/** A use of a definition: options, and what its kind asks for beside them. */
export type Example<K extends Kind, Options> = { readonly options?: Options } & ExampleOf<K>;

/** What an author writes to add a name to a kind. */
export interface DefinitionInput<K extends Kind, S extends StandardSchemaV1> {
  /** A Standard Schema of any vendor, synchronous; the helpers `object`, `optional`, `rate`, … make one. */
  readonly options: S;
  /** The formula that the implementation follows. */
  readonly formula?: string;
  /** Where the formula is from: paper and equation. */
  readonly source?: string;
  readonly description?: string;
  /**
   * Small uses of it, which help shows and the contract suites try. Where the defaults are all there is to say, none is
   * needed.
   */
  readonly examples?: readonly Example<K, StandardSchemaV1.InferInput<S>>[];
  /** Makes an instance from validated options. It keeps no state outside the instance. */
  create(options: StandardSchemaV1.InferOutput<S>, context: CreateContext): Created<K>;
}

/** A named thing that a plugin can register: its options, its factory and what help says about it. */
export interface Definition<
  K extends Kind = Kind,
  S extends StandardSchemaV1 = StandardSchemaV1,
> extends DefinitionInput<K, S> {
  readonly kind: K;
  readonly [madeBy]: string;
  readonly [checkedBy]?: InstanceCheck;
}

/** What a user may write as options of a definition: the input type of its schema. */
export type OptionsOf<D extends { readonly options: StandardSchemaV1 }> =
  StandardSchemaV1.InferInput<D['options']> extends infer Input
    ? keyof Input extends never
      ? Record<string, never> // `{}` would accept any object
      : Input
    : never;

/** The `define…` function of a kind. */
export interface Define<K extends Kind> {
  <S extends StandardSchemaV1>(definition: DefinitionInput<K, S>): Definition<K, S>;
}

/** Makes the `define…` function of a kind; plugins use it for kinds of their own. `check` looks at what factories make. */
export function definer<K extends Kind>(kind: K, check?: InstanceCheck): Define<K> {
  return (definition) =>
    Object.freeze({ ...definition, kind, [madeBy]: CORE_VERSION, ...(check && { [checkedBy]: check }) });
}

/** Whether something is what a `define…` function made. */
export function isDefinition(value: unknown): value is Definition {
  return typeof value === 'object' && value !== null && madeBy in value && 'kind' in value && 'create' in value;
}
