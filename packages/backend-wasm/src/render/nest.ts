import { stepOf } from '@adjoint/core/backend';
import type { LoopProgram } from '@adjoint/core/primitives';
import type { FunctionBuilder } from '../assembler/index.js';
import type { Environment } from './emitter.js';
import type { Pointers } from './pointers.js';
import type { CallMath, Value } from './values.js';

/** A loop program that is being written as a function. */
export interface Nest {
  readonly f: FunctionBuilder;
  readonly program: LoopProgram;
  readonly math: CallMath;
  readonly pointers: Pointers;
}

/** The environment at the index where the pointers stand, of four neighbours along `vectorAxis` if width is 4. */
export function environmentOf(
  { f, math, pointers: { address, position } }: Nest,
  width: 1 | 4,
  vectorAxis: number,
  result?: Value,
): Environment {
  return {
    f,
    width,
    math,
    address,
    position,
    laneStep: (index) => stepOf(index, vectorAxis)!,
    ...(result && { result }),
  };
}
