import { setTimeout as sleep } from 'node:timers/promises';
import { defineDataset, defineLogger, definePlugin, hostTensor, type Dataset, type NamesOf } from '@adjoint/core';
import { dataset } from '@adjoint/data';
import { number, object } from '@adjoint/core/options';

// What the jobs of these tests name: the workers have it by `--plugins`.

/** Takes its time after each epoch. */
const slow = defineLogger({
  options: object({ milliseconds: number }),
  create: ({ milliseconds }) => ({ attach: (run) => run.on('epoch:end', () => sleep(milliseconds)) }),
});

const failing = defineLogger({
  options: object({}),
  create: () => ({
    attach: (run) =>
      run.on('epoch:end', () => {
        throw new RangeError('out of luck');
      }),
  }),
});

/** t = [x₀ > x₁] on a circle. */
export const circle = (): Dataset => {
  const points = Array.from({ length: 48 }, (_, i) => [Math.cos(i), Math.sin(i)] as const);
  return dataset({
    inputs: hostTensor(Float32Array.from(points.flat()), [48, 2]),
    targets: hostTensor(
      Int32Array.from(points, ([x, y]) => Number(x > y)),
      [48],
    ),
  });
};

const logger = { 'parts/slow': slow, 'parts/failing': failing };
const named = { 'parts/circle': defineDataset({ options: object({}), create: circle }) };

export const parts = definePlugin({ name: '@parts/plugin', version: '1.0.0', logger, dataset: named });

declare module '@adjoint/core' {
  interface Loggers extends NamesOf<typeof logger> {}
  interface Datasets extends NamesOf<typeof named> {}
}
