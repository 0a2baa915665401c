/** The middle one of at least one number, or the mean of the middle two. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** y ≈ offset + slope·x, and the largest deviation of a point from it, relative to the point. */
export interface Line {
  readonly offset: number;
  readonly slope: number;
  readonly deviation: number;
}

/** The line with the least sum of squared relative errors: large values must not drown small ones. */
export function fitLine(xs: readonly number[], ys: readonly number[]): Line {
  // Weighted least squares with weights 1/y².
  const sums = xs.reduce(
    ({ w, wx, wxx, wy, wxy }, x, i) => {
      const y = ys[i]!;
      const weight = 1 / y ** 2;
      return {
        w: w + weight,
        wx: wx + weight * x,
        wxx: wxx + weight * x * x,
        wy: wy + weight * y,
        wxy: wxy + weight * x * y,
      };
    },
    { w: 0, wx: 0, wxx: 0, wy: 0, wxy: 0 },
  );
  const determinant = sums.w * sums.wxx - sums.wx ** 2;
  const slope = (sums.w * sums.wxy - sums.wx * sums.wy) / determinant;
  const offset = (sums.wy - slope * sums.wx) / sums.w;
  const deviation = Math.max(...xs.map((x, i) => Math.abs(offset + slope * x - ys[i]!) / ys[i]!));
  return { offset, slope, deviation };
}
