import { datasetOf, RandomSource, type Dataset } from '@adjoint/core';

const features = 21;

/** A triangle of height 6 around a place. */
const triangle = (peak: number) => (i: number) => Math.max(6 - Math.abs(i - peak), 0);
const waves = [triangle(11), triangle(15), triangle(7)] as const;
/** The two waves that each class mixes. */
const mixed = [
  [0, 1],
  [0, 2],
  [1, 2],
] as const;

/** Waves x_i = u·h(i) + (1 − u)·h′(i) + ε_i of three classes, u uniform, ε normal (Breiman et al. 1984, section 2.6.2). */
export function waveform(size: number, random: RandomSource): Dataset {
  const labels = Int32Array.from({ length: size }, () => random.integer(3));
  const data = new Float32Array(size * features);
  labels.forEach((label, row) => {
    const [first, second] = mixed[label as 0 | 1 | 2];
    const share = random.uniform();
    for (let i = 0; i < features; i++) {
      const wave = share * waves[first](i + 1) + (1 - share) * waves[second](i + 1);
      data[row * features + i] = wave + random.normal();
    }
  });
  return datasetOf({
    inputs: [{ data, shape: [size, features], dtype: 'float32' }],
    targets: [{ data: labels, shape: [size], dtype: 'int32' }],
  });
}
