import { OPERATIONS, op, type Code, type OperationName } from '../assembler/index.js';

/**
 * An instruction whose name is put together at run time, from a dtype and an operation. Types are checked here instead
 * of by the compiler; a mismatch is a mistake in the renderer.
 */
export function operate(name: string, ...operands: readonly Code[]): Code {
  const operation = OPERATIONS[name as OperationName];
  const expected: readonly string[] = operation?.operands ?? [];
  if (!operation || expected.length !== operands.length || operands.some(({ result }, i) => result !== expected[i])) {
    throw new Error(`backend-wasm: ${name} does not take (${operands.map(({ result }) => result).join(', ')})`);
  }
  return (op as (name: string, ...operands: readonly Code[]) => Code)(name, ...operands);
}
