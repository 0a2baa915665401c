import type { RandomSource } from '../random/random-source.js';
import { allocateArray, type DType } from '../tensor/dtype.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { sizeOf, type Shape } from '../tensor/shape.js';

/** A shape of the given rank with extents 1 … `most`. */
export function randomShape(random: RandomSource, rank: number, most = 4): number[] {
  return Array.from({ length: rank }, () => 1 + random.integer(most));
}

export interface RandomTensorOptions {
  readonly dtype?: DType;
  /** Bounds of the values; −2 and 2 if not given. */
  readonly low?: number;
  readonly high?: number;
}

/** Uniform values (whole ones for int32, bounds included); floats keep 0.01 away from whole numbers, where kinks are. */
export function randomTensor(
  random: RandomSource,
  shape: Shape,
  { dtype = 'float64', low = -2, high = 2 }: RandomTensorOptions = {},
): HostTensor {
  const data = allocateArray(dtype, sizeOf(shape));
  for (let i = 0; i < data.length; i++) {
    if (dtype === 'bool') data[i] = random.integer(2);
    else if (dtype === 'int32') data[i] = low + random.integer(high - low + 1);
    else data[i] = awayFromWhole(low + random.uniform() * (high - low));
  }
  return { data, shape, dtype };
}

function awayFromWhole(value: number): number {
  const below = Math.floor(value);
  return below + 0.01 + 0.98 * (value - below);
}
