/** ln Γ(x), x > 0, by Lanczos's series (g = 7, nine terms; Numerical Recipes 3, section 6.1 has the method). */
function logGamma(x: number): number {
  const coefficients = [
    676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
    -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  const shifted = x - 1;
  const sum = coefficients.reduce((total, c, i) => total + c / (shifted + i + 1), 0.99999999999980993);
  const t = shifted + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** b₀ + a₁/(b₁ + a₂/(b₂ + …)) by the modified method of Lentz (Thompson & Barnett 1986). */
function continuedFraction(b0: number, step: (n: number) => readonly [a: number, b: number]): number {
  const tiny = 1e-300;
  let value = b0 === 0 ? tiny : b0;
  let [c, d] = [value, 0];
  for (let n = 1; n < 10_000; n++) {
    const [a, b] = step(n);
    d = 1 / (b + a * d || tiny);
    c = b + a / c || tiny;
    const change = c * d;
    value *= change;
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return value;
}

/** The regularized incomplete beta function I_x(a, b); DLMF 8.17.22. */
export function regularizedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast on this side alone.
  if (x > (a + 1) / (a + b + 2)) return 1 - regularizedBeta(1 - x, b, a);
  const front = Math.exp(
    a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b) - Math.log(a),
  );
  const fraction = continuedFraction(1, (n) => {
    const m = n >> 1;
    const top =
      n % 2 === 0
        ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
        : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    return [top, 1];
  });
  return front / fraction;
}

/** Probability that |t| of Student's distribution is at least this. */
export function studentTwoSided(t: number, degrees: number): number {
  return regularizedBeta(degrees / (degrees + t * t), degrees / 2, 1 / 2);
}

/** Probability that F is at least this. */
export function fisherUpper(f: number, numerator: number, denominator: number): number {
  return regularizedBeta(denominator / (denominator + numerator * f), denominator / 2, numerator / 2);
}

/** Probability that a normal number is at least this far from its mean, in standard deviations: erfc(z/√2). */
export function normalTwoSided(z: number): number {
  const x = (z * z) / 2;
  if (x === 0) return 1;
  const front = Math.exp(-x) / Math.sqrt(Math.PI);
  if (x < 1.5) {
    // Γ(½, x) is what is missing from the series of γ(½, x); DLMF 8.11.4.
    let [term, sum] = [2, 2];
    for (let n = 1; term > sum * 1e-17; n++) sum += term *= x / (n + 0.5);
    return 1 - front * Math.sqrt(x) * sum;
  }
  // DLMF 8.9.2 in its even part.
  const fraction = continuedFraction(x + 0.5, (n) => [n * (0.5 - n), x + 2 * n + 0.5]);
  return (front * Math.sqrt(x)) / fraction;
}

/** Probability that a normal number is at most z. */
export function normalBelow(z: number): number {
  return z < 0 ? normalTwoSided(z) / 2 : 1 - normalTwoSided(z) / 2;
}

/** The z that a normal number is below with this probability, 0 < p < 1. */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  let [low, high] = [-40, 0];
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (normalBelow(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Probability of at most k heads in n throws of a coin. */
export function coinAtMost(k: number, n: number): number {
  return k >= n ? 1 : regularizedBeta(0.5, n - k, k + 1);
}
