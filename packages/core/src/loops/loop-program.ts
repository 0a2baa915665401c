import type { DType } from '../tensor/dtype.js';

/**
 * Loop programs: what the compiler hands to a backend. A program is a nest of loops over `extents`, optionally a
 * reduction below it, and stores. It holds no tensors, and no code but the definitions of the functions that it calls.
 *
 * An index vector runs over the axes of the nest: first the parallel ones, then those of the reduction.
 */

/** A whole number (offset + Σ coefficients[axis]·index[axis]) / divisor; where it does not divide evenly a guard says so. */
export interface Index {
  readonly offset: number;
  /** One per axis of the nest; missing ones at the end are 0. */
  readonly coefficients: readonly number[];
  readonly divisor: number;
}

/** Holds where `index` is whole and 0 ≤ index < extent. */
export interface Guard {
  readonly index: Index;
  readonly extent: number;
}

/** What every backend computes by itself; other functions are calls. */
export type UnaryOperation =
  | 'neg'
  | 'abs'
  | 'sign'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'sin'
  | 'cos'
  | 'floor'
  | 'ceil'
  | 'round'
  | 'not';

export type BinaryOperation =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'maximum'
  | 'minimum'
  | 'equal'
  | 'notEqual'
  | 'less'
  | 'lessEqual'
  | 'greater'
  | 'greaterEqual'
  | 'and'
  | 'or'
  | 'xor';

/** A function of numbers, given by its name and in other expressions. */
export interface NamedFunction {
  readonly name: string;
  /** What a backend runs that has no code of its own for the name, see `expandCalls`. */
  definition(...operands: readonly Expression[]): Expression;
}

/** A scalar computed at each point of the nest. Shared sub-expressions are the same object. `bool` values are 0 or 1. */
export type Expression =
  | { readonly kind: 'constant'; readonly dtype: DType; readonly value: number }
  /** An element of a buffer. `dynamic` adds value·stride to the index; outside 0 ≤ value < extent the load gives `missing`. */
  | {
      readonly kind: 'load';
      readonly dtype: DType;
      readonly buffer: number;
      readonly index: Index;
      readonly dynamic?: DynamicIndex;
    }
  /** The index itself as an int32. */
  | { readonly kind: 'index'; readonly dtype: 'int32'; readonly index: Index }
  | { readonly kind: 'unary'; readonly dtype: DType; readonly operation: UnaryOperation; readonly x: Expression }
  /** Operands have one dtype; comparisons give bool. */
  | {
      readonly kind: 'binary';
      readonly dtype: DType;
      readonly operation: BinaryOperation;
      readonly x: Expression;
      readonly y: Expression;
    }
  | {
      readonly kind: 'call';
      readonly dtype: DType;
      readonly function: NamedFunction;
      readonly operands: readonly Expression[];
    }
  | {
      readonly kind: 'select';
      readonly dtype: DType;
      readonly condition: Expression;
      readonly x: Expression;
      readonly y: Expression;
    }
  | { readonly kind: 'cast'; readonly dtype: DType; readonly x: Expression }
  /** `x` where all guards hold (only there may its loads be carried out), otherwise `otherwise`. */
  | {
      readonly kind: 'guard';
      readonly dtype: DType;
      readonly guards: readonly Guard[];
      readonly x: Expression;
      readonly otherwise: number;
    }
  /** First word of threefry2x32-20 with the counter (index, key[2]) under the key (key[0], key[1]). */
  | {
      readonly kind: 'random';
      readonly dtype: 'int32';
      readonly index: Index;
      readonly key: readonly [Expression, Expression, Expression];
    }
  /** The value of the program's reduction, in `stores` only. */
  | { readonly kind: 'result'; readonly dtype: DType };

export interface DynamicIndex {
  readonly value: Expression;
  readonly stride: number;
  readonly extent: number;
}

/**
 * - `sum`, `max`: of `value`. The maximum passes NaN on.
 * - `pick`: the int32 payload at the first maximum of `value` (a NaN counts as the largest; the first one wins).
 *   Places whose payload is negative do not take part; the result is −1 if none does.
 */
export interface Reduction {
  readonly operation: 'sum' | 'max' | 'pick';
  readonly extents: readonly number[];
  readonly value: Expression;
  readonly payload?: Expression;
  /** A scan stores the running result at every step of the (only) reduction axis. */
  readonly scan?: boolean;
  /** Run the axis from its end (scans). */
  readonly reverse?: boolean;
}

export interface Store {
  readonly buffer: number;
  readonly index: Index;
  readonly value: Expression;
  /** Scatter: value·stride is added to the index, out-of-range stores are dropped, and the element is added to. */
  readonly scatter?: DynamicIndex;
}

export interface LoopProgram {
  /** Extents of the nest, outermost first. May be empty (a scalar). */
  readonly extents: readonly number[];
  /** How many leading axes may be split among threads: stores of different indices there never meet. */
  readonly parallel: number;
  readonly reduction?: Reduction;
  readonly stores: readonly Store[];
  /** Dtype of each buffer that loads and stores name. */
  readonly buffers: readonly DType[];
}
