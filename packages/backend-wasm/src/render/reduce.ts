import { isFloat } from '@adjoint/core';
import type { Reduction } from '@adjoint/core/primitives';
import type { VectorAxis } from '@adjoint/core/backend';
import { fourLanes, i32, lane, op, type ValueType } from '../assembler/index.js';
import { Emitter, type Environment } from './emitter.js';
import { environmentOf } from './nest.js';
import { writeRuns, type ReductionNest } from './runs.js';
import { scalarOperation } from './scalar-operations.js';
import { asVector, constantOf, scalarType, type Value } from './values.js';
import { vectorOperation } from './vector-operations.js';

/** Writes a sum or maximum, for one output or for four neighbours at once: of each run first, then of the runs. */
export function writeReduction(nest: ReductionNest, lanes: Exclude<VectorAxis, 'reduction'>): Value {
  const { f, reduction } = nest;
  const width = lanes === 'none' ? 1 : 4;
  const total = f.let(start(reduction, width));
  writeRuns(nest, lanes, (run) => {
    const part = f.let(start(reduction, width));
    run((environment) => f.set(part, combine(nest, width, part, valueAt(environment, reduction))));
    f.set(total, combine(nest, width, total, part));
  });
  return total;
}

/**
 * The same for one output, with four partial results over every fourth element; they are joined in a fixed order at the
 * end.
 */
export function writeReductionInLanes(nest: ReductionNest): Value {
  const { f, reduction } = nest;
  const total = f.let(start(reduction, 4));
  const rest = f.let(start(reduction, 1));
  writeRuns(nest, 'reduction', (run) => {
    const part = f.let(start(reduction, 4));
    run((environment) => {
      const value = valueAt(environment, reduction);
      const sum = environment.width === 4 ? part : rest;
      f.set(sum, combine(nest, environment.width, sum, value));
    });
    f.set(total, combine(nest, 4, total, part));
  });
  const name = scalarType(reduction.value.dtype) === 'f32' ? 'f32x4.extract_lane' : 'i32x4.extract_lane';
  const [a, b, c, d] = fourLanes((i) => f.let<ValueType>(lane(name, i, asVector(total))));
  const pairs = combine(nest, 1, combine(nest, 1, a, b), combine(nest, 1, c, d));
  return combine(nest, 1, pairs, rest);
}

/** Writes a reduction that stores its running result at every element. */
export function writeScan(nest: ReductionNest, store: (total: Value) => void): void {
  const { f, program, pointers, reduction, extent } = nest;
  const total = f.let(start(reduction, 1));
  const axis = program.extents.length;
  f.for(i32(0), extent, 1, (step) => {
    const index = reduction.reverse ? f.let(op('i32.sub', op('i32.sub', extent, i32(1)), step)) : step;
    pointers.within(axis, index, () => {
      f.set(total, combine(nest, 1, total, valueAt(environmentOf(nest, 1, axis), reduction)));
      store(total);
    });
  });
}

function valueAt(environment: Environment, { value }: Reduction): Value {
  return new Emitter(environment, [value]).emit(value);
}

function combine({ f, math, reduction }: ReductionNest, width: 1 | 4, total: Value, value: Value): Value {
  const operate = width === 4 ? vectorOperation : scalarOperation;
  const operation = reduction.operation === 'sum' ? 'add' : 'maximum';
  return operate(operation, reduction.value.dtype, [total, value], math, f);
}

/** What a reduction begins with: 0, or the smallest number. */
function start({ operation, value: { dtype } }: Reduction, width: 1 | 4): Value {
  const smallest = isFloat(dtype) ? -Infinity : -(2 ** 31);
  return constantOf(dtype, width, operation === 'sum' ? 0 : smallest);
}
