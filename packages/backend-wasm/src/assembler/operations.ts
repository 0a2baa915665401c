import { unsigned, type Bytes } from './bytes.js';

/** WebAssembly's value types, with their codes in the binary format. */
export const VALUE_TYPES = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;

export type ValueType = keyof typeof VALUE_TYPES;

/** What a piece of code leaves on the stack. */
export type ResultType = ValueType | 'void';

export interface Operation<
  Operands extends readonly ValueType[] = readonly ValueType[],
  Result extends ResultType = ResultType,
> {
  readonly code: Bytes;
  readonly operands: Operands;
  readonly result: Result;
}

/**
 * Instructions of one signature whose opcodes follow each other. An opcode with a prefix byte is written with it:
 * 0xfd0105 is 0x105 after 0xfd.
 */
function family<
  const Operands extends readonly ValueType[],
  const Result extends ResultType,
  const Names extends readonly string[],
>(
  first: number,
  operands: Operands,
  result: Result,
  names: Names,
): Readonly<Record<Names[number], Operation<Operands, Result>>> {
  const entries = names.map((name, i) => [name, { code: encode(first + i), operands, result }]);
  return Object.fromEntries(entries) as Record<Names[number], Operation<Operands, Result>>;
}

function encode(opcode: number): number[] {
  return opcode < 0x100 ? [opcode] : [opcode >> 16, ...unsigned(opcode & 0xffff)];
}

const i32x2 = ['i32', 'i32'] as const;
const i64x2 = ['i64', 'i64'] as const;
const f32x2 = ['f32', 'f32'] as const;
const f64x2 = ['f64', 'f64'] as const;
const v128 = ['v128'] as const;
const v128x2 = ['v128', 'v128'] as const;
const v128x3 = ['v128', 'v128', 'v128'] as const;

/**
 * Instructions without immediates, in the order of their opcodes (WebAssembly core specification, section 5.4): those
 * that the backend uses, and the rest of their families.
 */
export const OPERATIONS = {
  ...family(0x45, ['i32'], 'i32', ['i32.eqz']),
  ...family(0x46, i32x2, 'i32', [
    'i32.eq',
    'i32.ne',
    'i32.lt_s',
    'i32.lt_u',
    'i32.gt_s',
    'i32.gt_u',
    'i32.le_s',
    'i32.le_u',
    'i32.ge_s',
    'i32.ge_u',
  ]),
  ...family(0x5b, f32x2, 'i32', ['f32.eq', 'f32.ne', 'f32.lt', 'f32.gt', 'f32.le', 'f32.ge']),
  ...family(0x61, f64x2, 'i32', ['f64.eq', 'f64.ne', 'f64.lt', 'f64.gt', 'f64.le', 'f64.ge']),
  ...family(0x6a, i32x2, 'i32', ['i32.add', 'i32.sub', 'i32.mul', 'i32.div_s', 'i32.div_u', 'i32.rem_s', 'i32.rem_u']),
  ...family(0x71, i32x2, 'i32', ['i32.and', 'i32.or', 'i32.xor', 'i32.shl', 'i32.shr_s', 'i32.shr_u']),
  ...family(0x7c, i64x2, 'i64', ['i64.add', 'i64.sub', 'i64.mul']),
  ...family(0x83, i64x2, 'i64', ['i64.and', 'i64.or', 'i64.xor', 'i64.shl', 'i64.shr_s', 'i64.shr_u']),
  ...family(0x8b, ['f32'], 'f32', [
    'f32.abs',
    'f32.neg',
    'f32.ceil',
    'f32.floor',
    'f32.trunc',
    'f32.nearest',
    'f32.sqrt',
  ]),
  ...family(0x92, f32x2, 'f32', ['f32.add', 'f32.sub', 'f32.mul', 'f32.div', 'f32.min', 'f32.max', 'f32.copysign']),
  ...family(0x99, ['f64'], 'f64', [
    'f64.abs',
    'f64.neg',
    'f64.ceil',
    'f64.floor',
    'f64.trunc',
    'f64.nearest',
    'f64.sqrt',
  ]),
  ...family(0xa0, f64x2, 'f64', ['f64.add', 'f64.sub', 'f64.mul', 'f64.div', 'f64.min', 'f64.max', 'f64.copysign']),
  ...family(0xac, ['i32'], 'i64', ['i64.extend_i32_s', 'i64.extend_i32_u']),
  ...family(0xb2, ['i32'], 'f32', ['f32.convert_i32_s']),
  ...family(0xb6, ['f64'], 'f32', ['f32.demote_f64']),
  ...family(0xb7, ['i32'], 'f64', ['f64.convert_i32_s']),
  ...family(0xb9, ['i64'], 'f64', ['f64.convert_i64_s']),
  ...family(0xbb, ['f32'], 'f64', ['f64.promote_f32']),
  ...family(0xbc, ['f32'], 'i32', ['i32.reinterpret_f32']),
  ...family(0xfc0000, ['f32'], 'i32', ['i32.trunc_sat_f32_s']),
  ...family(0xfc0002, ['f64'], 'i32', ['i32.trunc_sat_f64_s']),

  ...family(0xfd0011, ['i32'], 'v128', ['i32x4.splat']),
  ...family(0xfd0013, ['f32'], 'v128', ['f32x4.splat']),
  ...family(0xfd0037, v128x2, 'v128', [
    'i32x4.eq',
    'i32x4.ne',
    'i32x4.lt_s',
    'i32x4.lt_u',
    'i32x4.gt_s',
    'i32x4.gt_u',
    'i32x4.le_s',
    'i32x4.le_u',
    'i32x4.ge_s',
    'i32x4.ge_u',
  ]),
  ...family(0xfd0041, v128x2, 'v128', ['f32x4.eq', 'f32x4.ne', 'f32x4.lt', 'f32x4.gt', 'f32x4.le', 'f32x4.ge']),
  ...family(0xfd0047, v128x2, 'v128', ['f64x2.eq', 'f64x2.ne', 'f64x2.lt', 'f64x2.gt', 'f64x2.le', 'f64x2.ge']),
  ...family(0xfd004d, v128, 'v128', ['v128.not']),
  ...family(0xfd004e, v128x2, 'v128', ['v128.and', 'v128.andnot', 'v128.or', 'v128.xor']),
  ...family(0xfd0052, v128x3, 'v128', ['v128.bitselect']),
  ...family(0xfd0053, v128, 'i32', ['v128.any_true']),
  ...family(0xfd005e, v128, 'v128', ['f32x4.demote_f64x2_zero', 'f64x2.promote_low_f32x4']),
  ...family(0xfd0067, v128, 'v128', ['f32x4.ceil', 'f32x4.floor', 'f32x4.trunc', 'f32x4.nearest']),
  ...family(0xfd0094, v128, 'v128', ['f64x2.nearest']),
  ...family(0xfd00a0, v128, 'v128', ['i32x4.abs', 'i32x4.neg']),
  ...family(0xfd00a3, v128, 'i32', ['i32x4.all_true', 'i32x4.bitmask']),
  ...family(0xfd00ab, ['v128', 'i32'], 'v128', ['i32x4.shl', 'i32x4.shr_s', 'i32x4.shr_u']),
  ...family(0xfd00ae, v128x2, 'v128', ['i32x4.add']),
  ...family(0xfd00b1, v128x2, 'v128', ['i32x4.sub']),
  ...family(0xfd00b5, v128x2, 'v128', ['i32x4.mul', 'i32x4.min_s', 'i32x4.min_u', 'i32x4.max_s', 'i32x4.max_u']),
  ...family(0xfd00cb, ['v128', 'i32'], 'v128', ['i64x2.shl', 'i64x2.shr_s', 'i64x2.shr_u']),
  ...family(0xfd00d1, v128x2, 'v128', ['i64x2.sub']),
  ...family(0xfd00e0, v128, 'v128', ['f32x4.abs', 'f32x4.neg']),
  ...family(0xfd00e3, v128, 'v128', ['f32x4.sqrt']),
  ...family(0xfd00e4, v128x2, 'v128', [
    'f32x4.add',
    'f32x4.sub',
    'f32x4.mul',
    'f32x4.div',
    'f32x4.min',
    'f32x4.max',
    'f32x4.pmin',
    'f32x4.pmax',
  ]),
  ...family(0xfd00f0, v128x2, 'v128', [
    'f64x2.add',
    'f64x2.sub',
    'f64x2.mul',
    'f64x2.div',
    'f64x2.min',
    'f64x2.max',
    'f64x2.pmin',
    'f64x2.pmax',
  ]),
  ...family(0xfd00f8, v128, 'v128', ['i32x4.trunc_sat_f32x4_s']),
  ...family(0xfd00fa, v128, 'v128', ['f32x4.convert_i32x4_s']),
  ...family(0xfd00fc, v128, 'v128', ['i32x4.trunc_sat_f64x2_s_zero']),
  ...family(0xfd00fe, v128, 'v128', ['f64x2.convert_low_i32x4_s']),
  ...family(0xfd0105, v128x3, 'v128', ['f32x4.relaxed_madd']),
} as const;

/** Loads: address → value. The immediates are an alignment and an offset. */
export const LOADS = {
  ...family(0x28, ['i32'], 'i32', ['i32.load']),
  ...family(0x2a, ['i32'], 'f32', ['f32.load']),
  ...family(0x2b, ['i32'], 'f64', ['f64.load']),
  ...family(0xfd0000, ['i32'], 'v128', ['v128.load']),
  ...family(0xfd0009, ['i32'], 'v128', ['v128.load32_splat']),
} as const;

/** Stores: (address, value) → nothing. */
export const STORES = {
  ...family(0x36, ['i32', 'i32'], 'void', ['i32.store']),
  ...family(0x38, ['i32', 'f32'], 'void', ['f32.store']),
  ...family(0x39, ['i32', 'f64'], 'void', ['f64.store']),
  ...family(0xfd000b, ['i32', 'v128'], 'void', ['v128.store']),
} as const;

/** Accesses to one lane of a vector; the lane is an immediate. */
export const LANES = {
  ...family(0xfd001b, v128, 'i32', ['i32x4.extract_lane']),
  ...family(0xfd001c, ['v128', 'i32'], 'v128', ['i32x4.replace_lane']),
  ...family(0xfd001f, v128, 'f32', ['f32x4.extract_lane']),
  ...family(0xfd0020, ['v128', 'f32'], 'v128', ['f32x4.replace_lane']),
  ...family(0xfd0021, v128, 'f64', ['f64x2.extract_lane']),
  ...family(0xfd0022, ['v128', 'f64'], 'v128', ['f64x2.replace_lane']),
} as const;

/** Atomic accesses (threads proposal); all take an address first, which must be a multiple of 4. */
export const ATOMICS = {
  ...family(0xfe0000, ['i32', 'i32'], 'i32', ['memory.atomic.notify']),
  ...family(0xfe0001, ['i32', 'i32', 'i64'], 'i32', ['memory.atomic.wait32']),
  ...family(0xfe0010, ['i32'], 'i32', ['i32.atomic.load']),
  ...family(0xfe0017, ['i32', 'i32'], 'void', ['i32.atomic.store']),
  ...family(0xfe001e, ['i32', 'i32'], 'i32', ['i32.atomic.rmw.add']),
} as const;

export type OperationName = keyof typeof OPERATIONS;
export type LoadName = keyof typeof LOADS;
export type StoreName = keyof typeof STORES;
export type LaneName = keyof typeof LANES;
export type AtomicName = keyof typeof ATOMICS;
