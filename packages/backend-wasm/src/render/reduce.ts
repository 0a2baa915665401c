import type { Reduction } from '@adjoint/core/primitives';
import type { VectorAxis } from '@adjoint/core/backend';
import { i32, op, type ValueType } from '../assembler/index.js';
import { accumulatorOf, joinLanes } from './accumulator.js';
import { writeElements, type ReductionNest } from './elements.js';
import { Emitter, type Environment } from './emitter.js';
import { environmentOf } from './nest.js';
import type { Value } from './values.js';

/** Writes a sum or maximum, for one output or for four neighbours at once. */
export function writeReduction(nest: ReductionNest, lanes: Exclude<VectorAxis, 'reduction'>): Value {
  const accumulator = accumulatorOf(nest, lanes === 'none' ? 1 : 4);
  writeElements(nest, lanes, (environment) => accumulator.add(valueAt(environment, nest.reduction)), accumulator.run);
  return nest.f.let<ValueType>(accumulator.result());
}

/** The same for one output, with four partial results over every fourth element. */
export function writeReductionInLanes(nest: ReductionNest): Value {
  const [lanes, rest] = [accumulatorOf(nest, 4), accumulatorOf(nest, 1)];
  writeElements(
    nest,
    'reduction',
    (environment) => (environment.width === 4 ? lanes : rest).add(valueAt(environment, nest.reduction)),
    lanes.run,
  );
  return nest.f.let<ValueType>(joinLanes(nest, lanes, rest));
}

/** Writes a reduction that stores its running result at every element. */
export function writeScan(nest: ReductionNest, store: (total: Value) => void): void {
  const { f, program, pointers, reduction, extent } = nest;
  const accumulator = accumulatorOf(nest, 1);
  const axis = program.extents.length;
  f.for(i32(0), extent, 1, (step) => {
    const index = reduction.reverse ? f.let(op('i32.sub', op('i32.sub', extent, i32(1)), step)) : step;
    pointers.within(axis, index, () => {
      accumulator.add(valueAt(environmentOf(nest, 1, axis), reduction));
      store(f.let<ValueType>(accumulator.result()));
    });
  });
}

function valueAt(environment: Environment, { value }: Reduction): Value {
  return new Emitter(environment, [value]).emit(value);
}
