import { checkTensors } from '../operand.js';
import { AdjointError } from '../../errors.js';
import { valueText } from '../../value-text.js';
import { isFloat } from '../../tensor/dtype.js';
import { checkShape, type Shape } from '../../tensor/shape.js';
import { argMax } from '../primitives/arg-max.js';
import { reshape } from '../primitives/reshape.js';
import { wrongDtype } from '../primitives/wrong-dtype.js';
import { squeeze, takeAlongAxis } from './shape.js';
import { mean } from './statistics.js';
import { takeTaps, weightedTaps, type Tap } from './weighted-taps.js';
import { perDimension, spaceOf, type PerDimension } from './window.js';
import type { Tensor } from '../tensor.js';

/**
 * Pools x [N, C, …a] to [N, C, …size], whatever its extents: window i covers ⌊i·a/o⌋ to ⌈(i + 1)·a/o⌉. `kind` is what a
 * window gives.
 */
export function adaptivePool(x: Tensor, size: PerDimension, kind: 'average' | 'max'): Tensor {
  checkTensors('adaptivePool', x);
  if (kind !== 'average' && kind !== 'max')
    throw new AdjointError('ATTRIBUTE_INVALID', `adaptivePool: ${valueText(kind)} is neither 'average' nor 'max'.`);
  if (!isFloat(x.dtype)) throw wrongDtype('adaptivePool', x.dtype);
  const space = spaceOf('adaptivePool', x);
  const outputs = perDimension(size, space.length, 'adaptivePool: size');
  checkShape(outputs, 'adaptivePool');
  if (space.includes(0) || outputs.includes(0))
    throw new AdjointError('SHAPE_MISMATCH', 'adaptivePool: a window holds at least one element; an extent is 0.');
  if (kind === 'max') return maxWindows(x, outputs);
  return outputs.reduce((pooled, count, d) => {
    const [axis, extent] = [d + 2, space[d] ?? 0];
    // Equal windows side by side need no copy.
    return extent % count === 0
      ? mean(reshape(pooled, pooled.shape.toSpliced(axis, 1, count, extent / count)), axis + 1)
      : weightedTaps(pooled, axis, tapsOfWindows(extent, count));
  }, x);
}

/** The first of equal maxima gets the gradient: along the last axis first, so that it is the first row by row. */
function maxWindows(x: Tensor, outputs: Shape): Tensor {
  return outputs.reduceRight((pooled, count, d) => {
    const [axis, extent] = [d + 2, x.shape[d + 2] ?? 0];
    if (extent === count) return pooled;
    const windows = takeTaps(pooled, axis, tapsOfWindows(extent, count));
    return squeeze(takeAlongAxis(windows, argMax(windows, axis + 1, true), axis + 1), axis + 1);
  }, x);
}

/** Each window's elements, all of the longest length: a shorter one holds its last element again, with no weight. */
function tapsOfWindows(extent: number, outputs: number): Tap[][] {
  const windows = Array.from({ length: outputs }, (_, i) => {
    const first = Math.floor((i * extent) / outputs);
    return { first, count: Math.ceil(((i + 1) * extent) / outputs) - first };
  });
  const longest = Math.max(...windows.map(({ count }) => count));
  return windows.map(({ first, count }) =>
    Array.from({ length: longest }, (_, t): Tap => [first + Math.min(t, count - 1), t < count ? 1 / count : 0]),
  );
}
