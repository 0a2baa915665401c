// Engines round the last bit of Math.log, Math.cos and ** differently. What is computed here has the same bits in every
// engine, since IEEE 754 fixes the result of each of its operations.

const word = new DataView(new ArrayBuffer(8));

/** 2/(2k + 1) for k = 0 … 11. */
const artanhCoefficients = Array.from({ length: 12 }, (_, k) => 2 / (2 * k + 1));

/**
 * Natural logarithm of a number ≥ 2⁻¹⁰²² to within a few units in the last place.
 * x = m·2ᵉ with m from √½ to √2; log x = e·ln 2 + 2·artanh((m − 1)/(m + 1)) (Abramowitz & Stegun 1964, 4.1.27).
 */
export function logarithm(x: number): number {
  word.setFloat64(0, x);
  const high = word.getUint32(0);
  let exponent = (high >>> 20) - 1023;
  word.setUint32(0, (high & 0xfffff) | 0x3ff00000);
  let mantissa = word.getFloat64(0);
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent++;
  }
  const ratio = (mantissa - 1) / (mantissa + 1);
  const square = ratio * ratio;
  let sum = 0;
  for (let k = artanhCoefficients.length - 1; k >= 0; k--) sum = sum * square + artanhCoefficients[k]!;
  return exponent * Math.LN2 + ratio * sum;
}

/** ln 2 in two parts, of which the first has so few digits that whole multiples of it are exact. */
const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;

/** eˣ to within a few units in the last place: 2ᵏ·eʳ with x = k·ln 2 + r and the Taylor series of eʳ. */
function exponential(x: number): number {
  if (x > 710) return Infinity;
  if (!(x >= -745)) return Number.isNaN(x) ? x : 0;
  const k = Math.round(x / Math.LN2);
  const rest = x - k * ln2High - k * ln2Low;
  let sum = 1;
  for (let term = 14; term > 0; term--) sum = 1 + (rest * sum) / term;
  // In two halves, since 2ᵏ itself may be out of range.
  const half = Math.trunc(k / 2);
  return sum * powerOfTwo(half) * powerOfTwo(k - half);
}

function powerOfTwo(exponent: number): number {
  return exponent < 0 ? 1 / wholePower(2, -exponent) : wholePower(2, exponent);
}

/** A number ≥ 0 to any finite power. */
export function power(base: number, exponent: number): number {
  if (Number.isSafeInteger(exponent))
    return exponent < 0 ? 1 / wholePower(base, -exponent) : wholePower(base, exponent);
  if (base === 0) return exponent < 0 ? Infinity : 0;
  return exponential(exponent * logarithm(base));
}

/** cos(2π·turns), to within 2⁻⁵⁰. */
export function cosineOfTurns(turns: number): number {
  const quarters = Math.round(4 * turns);
  // Exact; at most an eighth of a turn, where the Taylor series are short.
  const angle = 2 * Math.PI * (turns - quarters / 4);
  const square = angle * angle;
  switch (((quarters % 4) + 4) % 4) {
    case 0:
      return taylor(square, 0);
    case 1:
      return -angle * taylor(square, 1);
    case 2:
      return -taylor(square, 0);
    default:
      return angle * taylor(square, 1);
  }
}

/** cos x for offset 0, (sin x)/x for offset 1, of x² ≤ (π/4)². */
function taylor(square: number, offset: number): number {
  let sum = 1;
  for (let k = 9; k > 0; k--) sum = 1 - (square * sum) / ((2 * k - 1 + offset) * (2 * k + offset));
  return sum;
}

/** `base` to a whole power ≥ 0, by repeated squaring (Knuth, TAOCP 2, algorithm 4.6.3A). */
export function wholePower(base: number, exponent: number): number {
  let result = 1;
  for (let left = exponent, square = base; left > 0; left = Math.floor(left / 2), square *= square)
    if (left % 2 === 1) result *= square;
  return result;
}
