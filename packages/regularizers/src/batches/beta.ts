import type { RandomSource } from '@adjoint/core';

/** A draw from Beta(α, α): X/(X + Y) of two Gamma(α) draws. */
export function beta(alpha: number, random: RandomSource): number {
  const [x, y] = [gamma(alpha, random), gamma(alpha, random)];
  return x + y === 0 ? 0.5 : x / (x + y);
}

/** A draw from Gamma(α, 1) by Marsaglia & Tsang 2000; for α < 1 from Gamma(α + 1)·U^(1/α). */
function gamma(alpha: number, random: RandomSource): number {
  if (alpha < 1) return gamma(alpha + 1, random) * (1 - random.uniform()) ** (1 / alpha);
  const d = alpha - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
