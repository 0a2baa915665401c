import type { RandomSource } from '@adjoint/core';

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

export function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}

/** y + a·x, as a new vector. */
export function plus(y: Float64Array, x: Float64Array, a = 1): Float64Array {
  return y.map((value, i) => value + a * x[i]!);
}

export function normalVector(random: RandomSource, dimension: number): Float64Array {
  return Float64Array.from({ length: dimension }, () => random.normal());
}
