import { RandomSource } from '@adjoint/core';
import { dataset } from '@adjoint/data';

/** A disk within a ring: no line parts them. */
export function rings(size: number, seed: number) {
  const random = new RandomSource(seed);
  const inputs = new Float32Array(size * 2);
  const targets = Int32Array.from({ length: size }, (_, i) => {
    inputs[2 * i] = 2 * random.uniform() - 1;
    inputs[2 * i + 1] = 2 * random.uniform() - 1;
    return Number(Math.hypot(inputs[2 * i]!, inputs[2 * i + 1]!) > 0.7);
  });
  return dataset({ inputs: { data: inputs, shape: [size, 2] }, targets: { data: targets } });
}

/** sin(3x) with noise. */
export function waves(size: number, seed: number) {
  const random = new RandomSource(seed);
  const inputs = Float32Array.from({ length: size }, () => 2 * random.uniform() - 1);
  const targets = inputs.map((x) => Math.sin(3 * x) + 0.1 * random.normal());
  return dataset({ inputs: { data: inputs, shape: [size, 1] }, targets: { data: targets, shape: [size, 1] } });
}
