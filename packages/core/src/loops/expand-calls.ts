import type { DType } from '../tensor/dtype.js';
import type { LoopProgram } from './loop-program.js';
import { distinctExpressions, expressionsOf, rewriteProgram } from './rewrite-expression.js';

/**
 * Replaces calls of functions by their definitions, but for those that `hasFunction` says a backend has code of its own
 * for. What is left in the program are operations that every backend computes, and calls of such functions.
 */
export function expandCalls(
  program: LoopProgram,
  hasFunction: (name: string, dtype: DType) => boolean = () => false,
): LoopProgram {
  const expands = ({ function: { name }, dtype }: { function: { name: string }; dtype: DType }): boolean =>
    !hasFunction(name, dtype);
  const calls = distinctExpressions(expressionsOf(program)).filter((expression) => expression.kind === 'call');
  return calls.some(expands) ? rewriteProgram(program, { index: (index) => index, expands }) : program;
}
