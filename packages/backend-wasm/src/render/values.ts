import { isFloat, type DType } from '@adjoint/core';
import type { LoopProgram } from '@adjoint/core/primitives';
import { f32, f32x4, f64, i32, i32x4, type Code, type ValueType } from '../assembler/index.js';

/** Code of a value whose type is known at run time only: it follows from a dtype and the number of lanes. */
export type Value = { readonly [Type in ValueType]: Code<Type> }[ValueType];

/** Calls a math function of the module by its name: of vectors of float32 lanes, or `…64` of float64 numbers. */
export type CallMath = (name: string, ...operands: readonly Value[]) => Value;

/** The parameters of a function that takes the address of each of the program's buffers. */
export function bufferParameters(program: LoopProgram): readonly 'i32'[] {
  return program.buffers.map(() => 'i32');
}

/** The type of one element in scalar code. */
export function scalarType(dtype: DType): 'f32' | 'f64' | 'i32' {
  if (!isFloat(dtype)) return 'i32';
  return dtype === 'float32' ? 'f32' : 'f64';
}

/** A number as one element, or in all four lanes, where true is −1. */
export function constantOf(dtype: DType, width: 1 | 4, value: number): Value {
  if (width === 4) return dtype === 'float32' ? f32x4(value) : i32x4(dtype === 'bool' ? -value : value);
  return dtype === 'float32' ? f32(value) : dtype === 'float64' ? f64(value) : i32(value);
}

export function asVector(value: Value): Code<'v128'> {
  return value as Code<'v128'>;
}

export function asWord(value: Value): Code<'i32'> {
  return value as Code<'i32'>;
}
