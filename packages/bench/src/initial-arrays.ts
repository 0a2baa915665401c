import { readFileSync, writeFileSync } from 'node:fs';
import { RandomSource } from '@adjoint/core';
import type { InitialArray } from './works.js';

/** Where an array stands in the file: all are float32, one after the other in this order. */
export interface ArrayShape {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface HostArray {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/** The values that every program starts from: the same in each run of the benchmark. */
export function fillArray({ name, shape, fill }: InitialArray): Float32Array<ArrayBuffer> {
  const data = new Float32Array(sizeOf(shape));
  if ('classes' in fill) return data.map((_, i) => i % fill.classes);
  if ('value' in fill) return data.fill(fill.value);
  const random = new RandomSource(1).child(name);
  return data.map(() => (2 * random.uniform() - 1) * fill.spread);
}

/** Writes the arrays of a work to a file that programs in any language can read. */
export function writeArrays(file: string, arrays: readonly InitialArray[]): void {
  writeFileSync(file, Buffer.concat(arrays.map((array) => Buffer.from(fillArray(array).buffer))));
}

/** Reads what writeArrays wrote. */
export function readArrays(file: string, arrays: readonly ArrayShape[]): Record<string, HostArray> {
  const bytes = readFileSync(file);
  let offset = 0;
  return Object.fromEntries(
    arrays.map(({ name, shape }) => {
      const data = new Float32Array(sizeOf(shape));
      new Uint8Array(data.buffer).set(bytes.subarray(offset, (offset += data.byteLength)));
      return [name, { shape, data }];
    }),
  );
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
