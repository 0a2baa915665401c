import type { HostTensor } from '../../tensor/host-tensor.js';
import { flatIndex, forEachIndex, stridesOf } from '../../tensor/shape.js';

/** Fills `output` with elements of x: at each index goes the one that x has at `source(index)`. */
export function moveElements(
  x: HostTensor,
  output: HostTensor,
  source: (index: readonly number[]) => readonly number[],
): void {
  const strides = stridesOf(x.shape);
  forEachIndex(output.shape, (index, flat) => (output.data[flat] = x.data[flatIndex(source(index), strides)]!));
}
