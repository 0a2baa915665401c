import { createApp } from 'adjoint';
import { hostTensor, RandomSource, type App, type HostTensor, type Shape } from '@adjoint/core';

/** Numbers in −1 … 1 that depend on the name alone. */
export function randomTensor(name: string, shape: Shape): HostTensor {
  const random = new RandomSource(1).child(name);
  const size = shape.reduce((product, extent) => product * extent, 1);
  return hostTensor(
    Float32Array.from({ length: size }, () => 2 * random.uniform() - 1),
    shape,
  );
}

/** The largest difference of two arrays of numbers; NaN is equal to itself alone. */
export function difference(a: HostTensor | undefined, b: HostTensor): number {
  if (!a || a.data.length !== b.data.length) return Infinity;
  let largest = 0;
  for (const [i, value] of b.data.entries()) {
    const own = a.data[i] ?? NaN;
    if (Object.is(own, value) || own === value) continue;
    const distance = Math.abs(own - value);
    largest = Number.isNaN(distance) ? Infinity : Math.max(largest, distance);
  }
  return largest;
}

/** Runs something with an app of its own. */
export async function withApp<T>(work: (app: App) => Promise<T>): Promise<T> {
  const app = createApp();
  try {
    return await work(app);
  } finally {
    await app.close();
  }
}
