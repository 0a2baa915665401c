import { isFloat } from '@adjoint/core';
import type { Reduction } from '@adjoint/core/primitives';
import { f32x4, f64, f64x2, fourLanes, lane, op, shuffle, type Code, type ValueType } from '../assembler/index.js';
import type { ReductionNest, Run } from './elements.js';
import { scalarOperation } from './scalar-operations.js';
import { asVector, constantOf, scalarType, type Value } from './values.js';
import { vectorOperation } from './vector-operations.js';

/** What a sum or maximum keeps from element to element. */
export interface Accumulator {
  /** Takes in an element, or four neighbours. */
  add(value: Value): void;
  /** What has come together, in the dtype of the elements. */
  result(): Value;
  /** Where elements come in runs. */
  readonly run?: Run;
}

/**
 * An accumulator of one output, or of four neighbours. Sums of float32 numbers add up in float64, so that one of 10⁸
 * numbers keeps its digits; lanes add up runs of 16 in float32 first, which is faster and loses half a digit at most.
 */
export function accumulatorOf(nest: ReductionNest, width: 1 | 4): Accumulator {
  const { f } = nest;
  if (isWide(nest.reduction)) return width === 4 ? wideLanes(nest) : wideScalar(nest);
  const total = f.let(start(nest.reduction, width));
  return { add: (value) => f.set(total, combine(nest, width, total, value)), result: () => total };
}

/** What four lanes of one output have come to, and the elements after them, joined in a fixed order. */
export function joinLanes(nest: ReductionNest, lanes: Accumulator, rest: Accumulator): Value {
  const { f, reduction } = nest;
  if (isWide(reduction)) return joinWide(lanes as WideLanes, rest as WideScalar);
  const name = scalarType(reduction.value.dtype) === 'f32' ? 'f32x4.extract_lane' : 'i32x4.extract_lane';
  const [a, b, c, d] = fourLanes((i) => f.let<ValueType>(lane(name, i, asVector(lanes.result()))));
  const pairs = combine(nest, 1, combine(nest, 1, a, b), combine(nest, 1, c, d));
  return combine(nest, 1, pairs, rest.result());
}

interface WideScalar extends Accumulator {
  readonly total: Code<'f64'>;
}

/** Lanes 0 and 1, and lanes 2 and 3. */
interface WideLanes extends Accumulator {
  readonly halves: readonly [Code<'v128'>, Code<'v128'>];
}

function isWide({ operation, value }: Reduction): boolean {
  return operation === 'sum' && value.dtype === 'float32';
}

function wideScalar({ f }: ReductionNest): WideScalar {
  const total = f.let(f64(0));
  return {
    total,
    add: (value) => f.set(total, op('f64.add', total, op('f64.promote_f32', value as Code<'f32'>))),
    result: () => op('f32.demote_f64', total),
  };
}

function wideLanes({ f }: ReductionNest): WideLanes {
  const [part, low, high] = [f.let(f32x4(0)), f.let(f64x2(0)), f.let(f64x2(0))];
  return {
    halves: [low, high],
    run: {
      begin: () => f.set(part, f32x4(0)),
      end: () => {
        f.set(low, op('f64x2.add', low, op('f64x2.promote_low_f32x4', part)));
        f.set(high, op('f64x2.add', high, op('f64x2.promote_low_f32x4', shuffle(part, part, [2, 3, 2, 3]))));
      },
    },
    add: (value) => f.set(part, op('f32x4.add', part, asVector(value))),
    result: () => shuffle(op('f32x4.demote_f64x2_zero', low), op('f32x4.demote_f64x2_zero', high), [0, 1, 4, 5]),
  };
}

function joinWide({ halves }: WideLanes, { total }: WideScalar): Value {
  const [low, high] = halves.map((half) =>
    op('f64.add', lane('f64x2.extract_lane', 0, half), lane('f64x2.extract_lane', 1, half)),
  ) as [Code<'f64'>, Code<'f64'>];
  return op('f32.demote_f64', op('f64.add', op('f64.add', low, high), total));
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
