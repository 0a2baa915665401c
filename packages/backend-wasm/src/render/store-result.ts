import type { LoopProgram } from '@adjoint/core/backend';
import type { Code, FunctionBuilder } from '../assembler/index.js';
import { Emitter, storeValue, type Environment } from './emitter.js';
import type { Pointers } from './pointers.js';
import { valued, type CallMath } from './values.js';

/** Writes the program's stores for one value of its reduction, or for four that are neighbours along `axis`. */
export function storeResult(
  f: FunctionBuilder,
  program: LoopProgram,
  { address, position }: Pointers,
  math: CallMath,
  width: 1 | 4,
  axis: number,
  value: Code,
): void {
  const result = f.let(valued(value));
  const environment: Environment = {
    f,
    width,
    math,
    address,
    position,
    result,
    laneStep: (index) => index.coefficients[axis] ?? 0,
  };
  const emitter = new Emitter(
    environment,
    program.stores.map((store) => store.value),
  );
  const values = program.stores.map((store) => f.let(valued(emitter.emit(store.value))));
  program.stores.forEach((store, i) =>
    storeValue(environment, store.buffer, store.index, program.buffers[store.buffer]!, values[i]!),
  );
}
