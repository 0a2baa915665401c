import { allocateArray } from '../../tensor/dtype.js';
import { constant } from '../primitives/constant.js';
import { gather } from '../primitives/gather.js';
import { mul } from '../primitives/mul.js';
import { reshape } from '../primitives/reshape.js';
import { sum } from '../primitives/sum.js';
import type { Tensor } from '../tensor.js';

/** An element of one axis, and how much of it is taken. */
export type Tap = readonly [place: number, weight: number];

/** x along `axis` at the places of the taps: axis i of the result is output i, axis i + 1 its taps. */
export function takeTaps(x: Tensor, axis: number, taps: readonly (readonly Tap[])[]): Tensor {
  const places = Int32Array.from(taps.flat(), ([place]) => place);
  const taken = gather(x, constant({ data: places, shape: [places.length], dtype: 'int32' }), axis);
  return reshape(taken, x.shape.toSpliced(axis, 1, taps.length, taps[0]?.length ?? 0));
}

/** y[i] = Σₜ weight[i, t]·x[place[i, t]] along `axis`; every output has as many taps. */
export function weightedTaps(x: Tensor, axis: number, taps: readonly (readonly Tap[])[]): Tensor {
  const data = allocateArray(x.dtype, taps.length * (taps[0]?.length ?? 0));
  data.set(taps.flat().map(([, weight]) => weight));
  const shape = [taps.length, taps[0]?.length ?? 0, ...x.shape.slice(axis + 1).map(() => 1)];
  return sum(mul(takeTaps(x, axis, taps), constant({ data, shape, dtype: x.dtype })), axis + 1);
}
