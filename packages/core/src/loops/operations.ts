import { sizeOf } from '../tensor/shape.js';
import type { Expression, LoopProgram } from './loop-program.js';
import { distinctExpressions, expressionsOf } from './rewrite-expression.js';

/**
 * Arithmetic operations of a loop program, as it is written: at each point of the nest those of its stores, and at each
 * element of a reduction those of its value and one more to take it in, so that a matrix product of M×K and K×N counts
 * 2·M·N·K. Comparisons, selections and each call of a function (exp, pow, sqrt, a random word, …) count as one, whatever
 * they cost; loads, casts, guards and index arithmetic as none. Elements in a convolution's padding count.
 */
export function operationsOf(program: LoopProgram): number {
  const { reduction, ...afterwards } = program;
  const points = sizeOf(program.extents);
  const added = program.stores.filter(({ scatter }) => scatter !== undefined).length;
  const perStore = distinctOperations(expressionsOf(afterwards)) + added;
  if (!reduction) return points * perStore;
  const elements = points * sizeOf(reduction.extents);
  const perElement = distinctOperations(expressionsOf({ ...program, stores: [] })) + 1;
  return elements * perElement + (reduction.scan ? elements : points) * perStore;
}

const operations = new Set<Expression['kind']>(['unary', 'binary', 'call', 'select', 'random']);

/** Shared sub-expressions are computed once. */
function distinctOperations(roots: readonly Expression[]): number {
  return distinctExpressions(roots).filter(({ kind }) => operations.has(kind)).length;
}
