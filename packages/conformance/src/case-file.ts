import { sizeOf } from '@adjoint/core';
import * as v from 'valibot';

const numberOrName = v.union(
  [v.number(), v.picklist(['NaN', 'Infinity', '-Infinity'])],
  'a number, "NaN", "Infinity" or "-Infinity"',
);
const int32 = v.pipe(v.number(), v.integer(), v.minValue(-(2 ** 31)), v.maxValue(2 ** 31 - 1));
const extents = v.array(v.pipe(v.number(), v.integer(), v.minValue(0)));

/** A tensor of a case: row-major data, with names for what JSON has no number for. */
const tensor = v.pipe(
  v.variant('dtype', [
    v.strictObject({
      dtype: v.literal('float64'),
      shape: extents,
      data: v.pipe(
        v.array(numberOrName),
        v.transform((data) => data.map(Number)),
      ),
    }),
    v.strictObject({ dtype: v.literal('int32'), shape: extents, data: v.array(int32) }),
    v.strictObject({
      dtype: v.literal('bool'),
      shape: extents,
      data: v.pipe(
        v.array(v.boolean()),
        v.transform((data) => data.map(Number)),
      ),
    }),
  ]),
  v.check(({ shape, data }) => data.length === sizeOf(shape), 'as many elements as the shape holds'),
);

const tensors = v.record(v.string(), tensor);
const bound = v.pipe(v.number(), v.gtValue(0), v.finite());

const caseSchema = v.pipe(
  v.strictObject({
    name: v.pipe(v.string(), v.nonEmpty()),
    attrs: v.record(v.string(), v.unknown()),
    inputs: tensors,
    outputs: v.pipe(
      tensors,
      v.check((outputs) => Object.keys(outputs).length > 0, 'at least one output'),
    ),
    cotangents: v.optional(tensors),
    grads: v.optional(
      v.pipe(
        tensors,
        v.check((grads) => Object.keys(grads).length > 0, 'at least one gradient'),
      ),
    ),
    tolerance: v.optional(v.strictObject({ float32: v.optional(bound), float64: v.optional(bound) })),
  }),
  v.check(
    ({ cotangents, grads }) => (cotangents === undefined) === (grads === undefined),
    'cotangents and grads, or neither',
  ),
);

const fileSchema = v.object({
  family: v.string(),
  cases: v.pipe(v.array(v.unknown()), v.nonEmpty('at least one case')),
});

/** A tensor as a file states it; booleans as 0 and 1. */
export type StatedTensor = v.InferOutput<typeof tensor>;
export type Case = v.InferOutput<typeof caseSchema>;

export interface CaseFile {
  readonly family: string;
  /** Not checked yet, so that one malformed case does not hide the others. */
  readonly cases: readonly unknown[];
}

/**
 * Reads the text of a file of reference values.
 * @throws Error that says what is malformed.
 */
export function parseCaseFile(text: string): CaseFile {
  return validate(fileSchema, JSON.parse(text));
}

/**
 * Checks one case.
 * @throws Error that says what is malformed.
 */
export function parseCase(value: unknown): Case {
  return validate(caseSchema, value);
}

/** Parses with a schema; the error names the place and what was expected there. */
export function validate<S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const complaints = result.issues.map((issue) => `${v.getDotPath(issue) ?? 'value'}: ${issue.message}`);
  throw new Error(complaints.slice(0, 3).join('; '));
}
