import { cos, exp, iota, sin, stack, type Tensor } from '@adjoint/core';

/**
 * Turns each pair of features (2i, 2i + 1) of [batch, …, time, features] by the angle t·base^(−2i/features), so that a
 * product of two places depends on their distance (Su et al. 2021, equation 34).
 */
export function rotated(x: Tensor, base: number): Tensor {
  const [time = 1, features = 2] = x.shape.slice(-2);
  const half = features / 2;
  const angle = anglesOf(time, half, base).cast(x.dtype);
  const pairs = x.reshape([...x.shape.slice(0, -1), half, 2]);
  const part = (index: number): Tensor => {
    const start = pairs.shape.map((_, d) => (d === pairs.rank - 1 ? index : 0));
    return pairs.slice(start, [...pairs.shape.slice(0, -1), index + 1]).reshape([...x.shape.slice(0, -1), half]);
  };
  const [a, b, c, s] = [part(0), part(1), cos(angle), sin(angle)];
  return stack([a.mul(c).sub(b.mul(s)), a.mul(s).add(b.mul(c))], -1).reshape(x.shape);
}

/** t·base^(−i/half) for each place t and each pair i: [time, half]. */
export function anglesOf(time: number, half: number, base: number): Tensor {
  const place = iota([time, half], 0, 'float32');
  const pair = iota([time, half], 1, 'float32');
  return place.mul(exp(pair.mul(-Math.log(base) / half)));
}
