import { childrenOf, type Expression, type Guard, type Index } from '@adjoint/core/primitives';
import { isFloat, type DType } from '@adjoint/core';
import { storageBytes } from '@adjoint/core/backend';
import {
  f32,
  f64,
  i32,
  i32x4,
  lane,
  load,
  op,
  select,
  vector,
  type Code,
  type FunctionBuilder,
} from '../assembler/index.js';
import { callFunction, scalarOperation } from './scalar-operations.js';
import { asVector, asWord, constantOf, type CallMath, type Value } from './values.js';
import { vectorOperation } from './vector-operations.js';

/** Where expressions find indices, memory and the reduction's result while a function is written. */
export interface Environment {
  readonly f: FunctionBuilder;
  /** 4: values are v128 with one element in each lane (bool as a mask); 1: scalars (bool as 0 or 1). */
  readonly width: 1 | 4;
  readonly math: CallMath;
  /** Byte address of an element: the base of its buffer and the index times the element size. */
  address(buffer: number, index: Index, elementBytes: number): Code<'i32'>;
  /** The value of an index, not divided by its divisor; that of lane 0, if it differs among lanes. */
  position(index: Index): Code<'i32'>;
  /** How an index changes from one lane to the next; only asked for if width is 4. */
  laneStep(index: Index): number;
  /** The reduction's result. */
  readonly result?: Value;
}

const scalarLoads = { float32: 'f32.load', float64: 'f64.load', int32: 'i32.load', bool: 'i32.load' } as const;

/** Writes the code of expressions; a shared part is computed once and kept in a local. */
export class Emitter {
  #kept = new Map<Expression, Value>();
  readonly #uses = new Map<Expression, number>();

  constructor(
    readonly environment: Environment,
    roots: readonly Expression[],
  ) {
    const visit = (expression: Expression): void => {
      const seen = this.#uses.get(expression) ?? 0;
      this.#uses.set(expression, seen + 1);
      if (seen === 0) childrenOf(expression).forEach(visit);
    };
    roots.forEach(visit);
  }

  emit(expression: Expression): Value {
    const kept = this.#kept.get(expression);
    if (kept) return kept;
    const code = this.#build(expression);
    if (expression.kind === 'constant' || expression.kind === 'result' || this.#uses.get(expression) === 1) return code;
    const local = this.environment.f.let(code);
    this.#kept.set(expression, local);
    return local;
  }

  #build(expression: Expression): Value {
    const { width, math, result, f } = this.environment;
    const operation = width === 4 ? vectorOperation : scalarOperation;
    switch (expression.kind) {
      case 'constant':
        return constantOf(expression.dtype, width, expression.value);
      case 'load':
        return expression.dynamic ? this.#gather(expression) : this.#load(expression);
      case 'index':
        return this.#index(expression.index);
      case 'unary':
        return operation(expression.operation, expression.x.dtype, [this.emit(expression.x)], math, f);
      case 'call': {
        const operands = expression.operands.map((operand) => this.emit(operand));
        return callFunction(expression.function.name, expression.dtype, operands, width, math);
      }
      case 'binary':
        return operation(
          expression.operation,
          expression.x.dtype,
          [this.emit(expression.x), this.emit(expression.y)],
          math,
          f,
        );
      case 'select': {
        const [condition, x, y] = [this.emit(expression.condition), this.emit(expression.x), this.emit(expression.y)];
        return width === 4
          ? op('v128.bitselect', asVector(x), asVector(y), asVector(condition))
          : select(asWord(condition), x, y);
      }
      case 'cast':
        return this.#cast(this.emit(expression.x), expression.x.dtype, expression.dtype);
      case 'guard':
        return this.#guard(expression);
      case 'random': {
        const operands = [this.#index(expression.index), ...[2, 0, 1].map((word) => this.emit(expression.key[word]!))];
        if (width === 4) return math('random', ...operands);
        return lane(
          'i32x4.extract_lane',
          0,
          asVector(math('random', ...operands.map((operand) => op('i32x4.splat', asWord(operand))))),
        );
      }
      case 'result':
        return result!;
    }
  }

  #index(index: Index): Value {
    const start = this.environment.position(index);
    if (this.environment.width === 1) return start;
    const step = this.environment.laneStep(index);
    return op('i32x4.add', op('i32x4.splat', start), vector(new Int32Array([0, step, 2 * step, 3 * step])));
  }

  #load({ buffer, index, dtype }: Extract<Expression, { kind: 'load' }>): Value {
    const { f, width, address } = this.environment;
    const place = address(buffer, index, storageBytes(dtype));
    if (width === 1) return load(scalarLoads[dtype], place);
    const step = this.environment.laneStep(index);
    let value: Code<'v128'>;
    if (step === 1) value = load('v128.load', place);
    else {
      const base = step === 0 ? place : f.let(place);
      value = load('v128.load32_splat', base);
      if (step !== 0) {
        for (let i = 1; i < 4; i++)
          value = lane('i32x4.replace_lane', i, value, load('i32.load', op('i32.add', base, i32(i * step * 4))));
      }
    }
    return dtype === 'bool' ? op('i32x4.ne', value, zeros) : value;
  }

  /** A load at a computed position; NaN (0 for whole numbers) where that lies outside. Scalar code only. */
  #gather({ buffer, index, dynamic, dtype }: Extract<Expression, { kind: 'load' }>): Value {
    const { f, address } = this.environment;
    const position = f.let(asWord(this.emit(dynamic!.value)));
    const value = f.let(constantOf(dtype, 1, isFloat(dtype) ? NaN : 0));
    f.if(op('i32.lt_u', position, i32(dynamic!.extent)), () => {
      const offset = op('i32.mul', position, i32(dynamic!.stride * storageBytes(dtype)));
      f.set(value, load(scalarLoads[dtype], op('i32.add', address(buffer, index, storageBytes(dtype)), offset)));
    });
    return value;
  }

  #guard({ guards, x, otherwise, dtype }: Extract<Expression, { kind: 'guard' }>): Value {
    const { f, width } = this.environment;
    const value = f.let(constantOf(dtype, width, otherwise));
    f.if(this.#holds(guards), () => {
      // Values computed inside the branch aren't defined outside it.
      const outside = new Map(this.#kept);
      f.set(value, this.emit(x));
      this.#kept = outside;
    });
    return value;
  }

  /** All guards at once; in vector code they are the same for all lanes. */
  #holds(guards: readonly Guard[]): Code<'i32'> {
    const { f, position } = this.environment;
    return guards
      .map(({ index, extent }) => {
        if (index.divisor === 1) return op('i32.lt_u', position(index), i32(extent));
        const numerator = f.let(position(index));
        const inside = op('i32.lt_u', numerator, i32((extent - 1) * index.divisor + 1));
        return op('i32.and', inside, op('i32.eqz', op('i32.rem_u', numerator, i32(index.divisor))));
      })
      .reduce((all, one) => op('i32.and', all, one));
  }

  #cast(x: Value, from: DType, to: DType): Value {
    if (from === to) return x;
    if (this.environment.width === 4) {
      const lanes = asVector(x);
      if (from === 'bool') return op('v128.and', lanes, asVector(constantOf(to, 4, 1)));
      if (to === 'bool') return from === 'float32' ? op('f32x4.ne', lanes, zeros) : op('i32x4.ne', lanes, zeros);
      return to === 'float32' ? op('f32x4.convert_i32x4_s', lanes) : op('i32x4.trunc_sat_f32x4_s', lanes);
    }
    if (x.result === 'f32') {
      if (to === 'float64') return op('f64.promote_f32', x);
      return to === 'bool' ? op('f32.ne', x, f32(0)) : op('i32.trunc_sat_f32_s', x);
    }
    if (x.result === 'f64') {
      if (to === 'float32') return op('f32.demote_f64', x);
      return to === 'bool' ? op('f64.ne', x, f64(0)) : op('i32.trunc_sat_f64_s', x);
    }
    const value = asWord(x);
    if (to === 'float32') return op('f32.convert_i32_s', value);
    if (to === 'float64') return op('f64.convert_i32_s', value);
    return to === 'bool' ? op('i32.ne', value, i32(0)) : value;
  }
}

/** Writes a value to memory: four elements, or one. */
export function storeValue(
  { f, width, address, laneStep }: Environment,
  buffer: number,
  index: Index,
  dtype: DType,
  value: Value,
): void {
  const place = address(buffer, index, storageBytes(dtype));
  if (width === 1) {
    if (value.result === 'f32') f.store('f32.store', place, value);
    else if (value.result === 'f64') f.store('f64.store', place, value);
    else f.store('i32.store', place, asWord(value));
    return;
  }
  const stored = dtype === 'bool' ? op('v128.and', asVector(value), i32x4(1)) : asVector(value);
  const step = laneStep(index);
  if (step === 1) return f.store('v128.store', place, stored);
  const base = f.let(place);
  const lanes = f.let(stored);
  for (let i = 0; i < 4; i++) f.store('i32.store', base, lane('i32x4.extract_lane', i, lanes), i * step * 4);
}

const zeros = i32x4(0);
