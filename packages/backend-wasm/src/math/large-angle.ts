import {
  f32x4,
  f64,
  i32,
  i64,
  lane,
  op,
  select,
  shuffle,
  type Code,
  type FunctionBuilder,
  type Local,
} from '../assembler/index.js';
import { abs, less, type VectorLocal } from './f32x4.js';

/** The first 224 binary places of 1/(2π), as 64-bit words that start every 32 bits. */
const BITS = '28be60db9391054a7f09d5f47d4d377036d8a5664f10e4107f9458ea';
const WORDS = [0, 1, 2, 3, 4, 5].map((i) => i64(BigInt(`0x${BITS.slice(8 * i, 8 * i + 16)}`)));

/**
 * Replaces angles x (`low` and `high` hold them in float64) by their remainders modulo 2π in −π … π if any |x| ≥ 2²³.
 *
 * Method of Payne & Hanek ("Radian reduction for trigonometric functions", SIGNUM Newsletter 18, 1983): x = m·2ᵉ with
 * a whole m, and the first e bits of 1/(2π) only give whole turns; the next 96 bits give the part of a turn.
 */
export function reduceLargeAngles(f: FunctionBuilder, x: VectorLocal, low: VectorLocal, high: VectorLocal): void {
  f.if(op('v128.any_true', less(f32x4(LARGE), abs(x))), () => {
    // Each round takes one angle off the front and puts its remainder in at the back.
    f.for(i32(0), i32(4), 1, () => {
      const angle = f.let(lane('f64x2.extract_lane', 0, low));
      const reduced = select(op('f64.lt', op('f64.abs', angle), f64(LARGE)), angle, reduceAngle(f, angle));
      const moved = f.let(shuffle(low, high, [2, 3, 4, 5]));
      f.set(high, lane('f64x2.replace_lane', 1, shuffle(high, high, [2, 3, 2, 3]), reduced));
      f.set(low, moved);
    });
  });
}

const LARGE = 2 ** 23;

function reduceAngle(f: FunctionBuilder, x: Local<'f64'>): Code<'f64'> {
  const bits = f.let(op('i32.reinterpret_f32', op('f32.demote_f64', op('f64.abs', x))));
  const exponent = f.let(op('i32.sub', op('i32.shr_u', bits, i32(23)), i32(127 + 23)));
  const mantissa = f.let(op('i64.extend_i32_u', op('i32.or', op('i32.and', bits, i32(0x7fffff)), i32(0x800000))));
  const block = f.let(op('i32.shr_u', exponent, i32(5)));
  const shift = f.let(op('i64.extend_i32_u', op('i32.and', exponent, i32(31))));
  const wordFrom = (first: number) =>
    [1, 2, 3].reduce<Code<'i64'>>(
      (word, i) => select(op('i32.eq', block, i32(i)), WORDS[first + i]!, word),
      WORDS[first]!,
    );
  const [front, back] = [f.let(wordFrom(0)), f.let(wordFrom(2))];
  // A shift by 64 − shift, in two parts since wasm takes distances modulo 64.
  const carried = op('i64.shr_u', op('i64.shr_u', back, i64(1n)), op('i64.sub', i64(63n), shift));
  const high = op('i64.mul', mantissa, op('i64.or', op('i64.shl', front, shift), carried));
  const low = op('i64.mul', mantissa, op('i64.shr_u', op('i64.shl', back, shift), i64(32n)));
  // Overflow drops whole turns; as a signed number the rest is −½ … ½ turn.
  const turn = op('f64.convert_i64_s', op('i64.add', high, op('i64.shr_u', low, i64(32n))));
  const angle = op('f64.mul', turn, op('f64.copysign', f64((2 * Math.PI) / 2 ** 64), x));
  // ∞ − ∞: infinite angles give NaN.
  return op('f64.add', angle, op('f64.sub', x, x));
}
