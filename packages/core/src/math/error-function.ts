/**
 * The error function in float64, relative error below 1e-14: the Maclaurin series of Abramowitz & Stegun 7.1.6 for
 * |x| < 2.5 and the continued fraction 7.1.14 of the complement beyond.
 */
export function errorFunction(x: number): number {
  const magnitude = Math.abs(x);
  if (Number.isNaN(x)) return NaN;
  if (magnitude > 6) return Math.sign(x);
  const square = x * x;
  if (magnitude < 2.5) {
    // erf x = 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1)): all terms have one sign, so nothing cancels.
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= (2 * square) / (2 * n + 1);
      sum += term;
    }
    return (2 / Math.sqrt(Math.PI)) * Math.exp(-square) * sum;
  }
  // √π · e^(x²) · erfc x = 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …)))), evaluated from its tail.
  let fraction = magnitude;
  for (let n = 120; n >= 1; n--) fraction = magnitude + n / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-square) / (Math.sqrt(Math.PI) * fraction));
}
