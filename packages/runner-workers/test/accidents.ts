import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineDataset, defineLogger, definePlugin, hostTensor, type Dataset, type NamesOf } from '@adjoint/core';
import { dataset } from '@adjoint/data';
import { boolean, object, optional, string } from '@adjoint/core/options';

// What goes wrong in a worker, and a dataset that is chosen by name.

/** Ends its thread in the second epoch, while the file is not there, or in every try. */
const ending = defineLogger({
  options: object({ marker: string, always: optional(boolean, false) }),
  create: ({ marker, always }) => ({
    attach: (run) =>
      run.on('epoch:end', ({ epoch }) => {
        if (epoch !== 1 || (existsSync(marker) && !always)) return;
        writeFileSync(marker, '');
        process.exit(7);
      }),
  }),
});

/** Throws in the second epoch. */
const failing = defineLogger({
  options: object({}),
  create: () => ({
    attach: (run) =>
      run.on('epoch:end', ({ epoch }) => {
        if (epoch === 1) throw new RangeError('out of luck');
      }),
  }),
});

/** Waits after the second epoch until the file is there. */
const waiting = defineLogger({
  options: object({ marker: string }),
  create: ({ marker }) => ({
    attach: (run) =>
      run.on('epoch:end', async ({ epoch }) => {
        if (epoch !== 1) return;
        while (!existsSync(marker)) await sleep(10);
      }),
  }),
});

/** y = [x₀ > x₁] over a grid. */
export const halves = (): Dataset => {
  const points = Array.from({ length: 64 }, (_, i) => [(i % 8) / 8, Math.floor(i / 8) / 8] as const);
  return dataset({
    inputs: hostTensor(Float32Array.from(points.flat()), [64, 2]),
    targets: hostTensor(
      Int32Array.from(points, ([x, y]) => Number(x > y)),
      [64],
    ),
  });
};

const logger = { 'accidents/ending': ending, 'accidents/failing': failing, 'accidents/waiting': waiting };
const named = { 'accidents/halves': defineDataset({ options: object({}), create: halves }) };

export const accidents = definePlugin({ name: '@accidents/plugin', version: '1.0.0', logger, dataset: named });

declare module '@adjoint/core' {
  interface Loggers extends NamesOf<typeof logger> {}
  interface Datasets extends NamesOf<typeof named> {}
}
