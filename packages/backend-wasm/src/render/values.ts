import type { DType, LoopProgram } from '@adjoint/core';
import type { Code } from '../assembler/index.js';

/** A math function of the module, called by name: vectors of float32 lanes, or `…64` of one float64. */
export type CallMath = (name: string, ...operands: readonly Code[]) => Code;

/** Bytes of an element in memory; booleans take four. */
export function elementBytes(dtype: DType): number {
  return dtype === 'float64' ? 8 : 4;
}

/** The parameters of a function that takes the address of each of the program's buffers. */
export function bufferParameters(program: LoopProgram): readonly 'i32'[] {
  return program.buffers.map(() => 'i32');
}

export function asVector(code: Code): Code<'v128'> {
  return code as Code<'v128'>;
}

export function asWord(code: Code): Code<'i32'> {
  return code as Code<'i32'>;
}

/** Code that is known to leave a value. */
export function valued(code: Code): Code<'f32'> {
  // The type that a local takes is read from the code; one member of the union serves for all here.
  return code as Code<'f32'>;
}
