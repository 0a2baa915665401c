/** Where functions tend to go wrong: zeros, ones, the ends of the range, subnormals, infinities, NaN. */
export const specials = [
  0,
  1,
  0.5,
  2,
  3,
  2 ** -126,
  2 ** -149,
  3 * 2 ** -140,
  1e-30,
  1e-10,
  1e30,
  3.4028234663852886e38,
  Infinity,
]
  .flatMap((x) => [x, -x])
  .concat(NaN);

/** A linear congruential generator (Knuth, TAOCP volume 2, section 3.3.4): the same numbers in every run. */
export function uniformNumbers(seed: number): () => number {
  let state = BigInt(seed);
  return () => {
    state = (state * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n;
    return Number(state >> 11n) / 2 ** 53;
  };
}

/** Uniform float32 numbers in low … high. */
export function between(low: number, high: number, count: number, seed = 1): Float32Array {
  const next = uniformNumbers(seed);
  return Float32Array.from({ length: count }, () => low + (high - low) * next());
}

/** Float32 numbers of both signs whose logarithms are uniform. */
export function magnitudes(low: number, high: number, count: number, seed = 2): Float32Array {
  const next = uniformNumbers(seed);
  return Float32Array.from({ length: count }, () => (next() < 0.5 ? -1 : 1) * low * (high / low) ** next());
}

/** Distance of float32 neighbours at x. */
export function unitInLastPlace(x: number): number {
  return 2 ** Math.max(Math.floor(Math.log2(Math.abs(x))) - 23, -149);
}

/**
 * Error of a float32 number in units of the last place of the right one; ∞ where one of both is special and they
 * differ.
 */
export function ulpError(actual: number, expected: number): number {
  const rounded = Math.fround(expected);
  if (Object.is(actual, rounded) || (Number.isNaN(actual) && Number.isNaN(expected))) return 0;
  // A number next to the end of the range may round to ∞.
  if (!Number.isFinite(actual) && Math.abs(expected) > 3.4028e38 && Math.sign(actual) === Math.sign(expected)) return 1;
  if (!Number.isFinite(actual) || Number.isNaN(rounded)) return Infinity;
  if (!Number.isFinite(rounded)) return Math.abs(actual) > 3.4028e38 ? 1 : Infinity;
  if (expected === 0) return actual === 0 && Object.is(actual, expected) ? 0 : Infinity;
  return Math.abs(actual - expected) / unitInLastPlace(expected);
}
