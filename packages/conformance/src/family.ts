import { Tensor, type Engine } from '@adjoint/core';
import * as v from 'valibot';
import { validate, type Case } from './case-file.js';
import type { FloatType } from './compare.js';

/** A case with its inputs as tensors of an engine. */
export interface Stated {
  readonly attributes: Case['attrs'];
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly dtype: FloatType;
  /** For what is computed step by step. */
  readonly engine: Engine;
}

type Outputs = Readonly<Record<string, Tensor>>;

/** Builds the outputs of a case. Throws an error on any attribute or input that it does not know, or lacks. */
export type Family = (stated: Stated) => Outputs | Promise<Outputs>;

interface OperationDefinition<E extends v.ObjectEntries, N extends string, O extends string> {
  readonly attributes?: E;
  readonly inputs: readonly N[];
  readonly optional?: readonly O[];
  build(
    inputs: Readonly<Record<N, Tensor>> & Readonly<Partial<Record<O, Tensor>>>,
    attributes: v.InferOutput<v.StrictObjectSchema<E, undefined>>,
    dtype: FloatType,
  ): Tensor | Outputs | Promise<Outputs>;
}

/** A family with fixed attributes and inputs. A single tensor is the output `y`. */
export function operation<
  const N extends string,
  const O extends string = never,
  E extends v.ObjectEntries = Record<never, never>,
>(definition: OperationDefinition<E, N, O>): Family {
  const schema = v.strictObject((definition.attributes ?? {}) as E);
  return ({ attributes, inputs, dtype }) => {
    const options = validate(schema, attributes);
    checkInputs(inputs, definition.inputs, definition.optional);
    const built = definition.build(inputs as Parameters<typeof definition.build>[0], options, dtype);
    return built instanceof Tensor ? { y: built } : built;
  };
}

/** A family whose attribute `op` names one of several operations. */
export function operations(table: Readonly<Record<string, Family>>): Family {
  return ({ attributes: { op, ...attributes }, ...stated }) => {
    if (typeof op !== 'string' || !Object.hasOwn(table, op)) throw new Error(`unknown operation ${JSON.stringify(op)}`);
    return table[op]!({ attributes, ...stated });
  };
}

export function checkInputs(
  inputs: Stated['inputs'],
  required: readonly string[],
  optional: readonly string[] = [],
): void {
  const missing = required.filter((name) => !Object.hasOwn(inputs, name));
  const unknown = Object.keys(inputs).filter((name) => !required.includes(name) && !optional.includes(name));
  if (missing.length > 0) throw new Error(`inputs missing: ${missing.join(', ')}`);
  if (unknown.length > 0) throw new Error(`unknown inputs: ${unknown.join(', ')}`);
}
