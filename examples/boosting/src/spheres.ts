import { datasetOf, RandomSource, type Dataset } from '@adjoint/core';

/** Median of χ² with ten degrees of freedom: half of the points lie within. */
const median = 9.34;
const features = 10;

/** Points x ~ N(0, I₁₀) with the class 1 where Σ x² > 9.34 (Hastie, Tibshirani & Friedman 2009, equation 10.2). */
export function spheres(size: number, random: RandomSource): Dataset {
  const data = Float32Array.from({ length: size * features }, () => random.normal());
  const labels = Int32Array.from({ length: size }, (_, i) => {
    const squares = data.subarray(i * features, (i + 1) * features).reduce((sum, x) => sum + x * x, 0);
    return Number(squares > median);
  });
  return datasetOf({
    inputs: [{ data, shape: [size, features], dtype: 'float32' }],
    targets: [{ data: labels, shape: [size], dtype: 'int32' }],
  });
}
