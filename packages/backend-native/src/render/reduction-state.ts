import { isFloat } from '@adjoint/core';
import type { Reduction } from '@adjoint/core/backend';
import { cTypes, literal } from './c-text.js';
import type { PointWriter } from './point.js';

/** What a reduction keeps from one element to the next; the first variable is the result. */
export interface ReductionState {
  readonly variables: readonly { readonly type: string; readonly name: string; readonly start: string }[];
  /** The result, in the dtype of the elements. */
  result(at: string): string;
  /** The statement that takes in one element; `at` is a suffix of the variables' names. */
  update(writer: PointWriter, at: string): string;
}

export function stateOf(reduction: Reduction): ReductionState {
  const { operation, value, payload } = reduction;
  const { dtype } = value;
  const type = cTypes[dtype];
  if (operation !== 'pick')
    return {
      variables: [{ type: totalType(reduction), name: 'total', start: startOf(reduction) }],
      result: (at) => `(${type})total${at}`,
      update: (writer, at) => `total${at} = ${combine(reduction, `total${at}`, writer.value(value))};`,
    };
  // The payload at the first largest value, where NaN is the largest; negative payloads take no part.
  return {
    variables: [
      { type: 'int32_t', name: 'best', start: '-1' },
      { type, name: 'largest', start: '0' },
    ],
    result: (at) => `best${at}`,
    update: (writer, at) => {
      const [position, candidate] = [writer.value(payload!), writer.value(value)];
      const [best, largest] = [`best${at}`, `largest${at}`];
      const isNan = isFloat(dtype) ? ` | ((${candidate} != ${candidate}) & (${largest} == ${largest}))` : '';
      return `const int takes = (${position} >= 0) & ((${best} < 0) | (${candidate} > ${largest})${isNan});
${best} = takes ? ${position} : ${best};
${largest} = takes ? ${candidate} : ${largest};`;
    },
  };
}

function combine({ operation, value: { dtype } }: Reduction, total: string, value: string): string {
  if (operation === 'sum') return `${total} + ${value}`;
  const isNan = isFloat(dtype) ? ` || ${value} != ${value}` : '';
  return `${value} > ${total}${isNan} ? ${value} : ${total}`;
}

/** Whether a total is a double though the elements are not: a sum of 10⁸ float numbers keeps its digits so. */
export function isWide({ operation, value: { dtype } }: Reduction): boolean {
  return operation === 'sum' && dtype === 'float32';
}

/** The C type of a total. */
export function totalType(reduction: Reduction): string {
  return isWide(reduction) ? 'double' : cTypes[reduction.value.dtype];
}

/** The value that a reduction starts from. */
export function startOf({ operation, value: { dtype } }: Reduction): string {
  if (operation === 'sum') return literal(0, dtype);
  return dtype === 'int32' || dtype === 'bool' ? 'INT32_MIN' : literal(-Infinity, dtype);
}
