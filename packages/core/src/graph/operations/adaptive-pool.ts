import { checkTensors } from '../operand.js';
import { AdjointError } from '../../errors.js';
import { isFloat } from '../../tensor/dtype.js';
import { checkShape } from '../../tensor/shape.js';
import { max } from '../primitives/max.js';
import { reshape } from '../primitives/reshape.js';
import { wrongDtype } from '../primitives/wrong-dtype.js';
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
    throw new AdjointError('ATTRIBUTE_INVALID', `adaptivePool: ${String(kind)} is neither 'average' nor 'max'.`);
  if (!isFloat(x.dtype)) throw wrongDtype('adaptivePool', x.dtype);
  const space = spaceOf('adaptivePool', x);
  const outputs = perDimension(size, space.length, 'adaptivePool: size');
  checkShape(outputs, 'adaptivePool');
  if (space.includes(0) || outputs.includes(0))
    throw new AdjointError('SHAPE_MISMATCH', 'adaptivePool: a window holds at least one element; an extent is 0.');
  return outputs.reduce((pooled, count, d) => poolAxis(pooled, d + 2, count, kind), x);
}

function poolAxis(x: Tensor, axis: number, outputs: number, kind: 'average' | 'max'): Tensor {
  const extent = x.shape[axis] ?? 0;
  if (extent === outputs) return x;
  const reduce = kind === 'average' ? mean : max;
  // Equal windows side by side need no copy.
  if (extent % outputs === 0)
    return reduce(reshape(x, x.shape.toSpliced(axis, 1, outputs, extent / outputs)), axis + 1);
  const windows = Array.from({ length: outputs }, (_, i) => {
    const first = Math.floor((i * extent) / outputs);
    return { first, count: Math.ceil(((i + 1) * extent) / outputs) - first };
  });
  const longest = Math.max(...windows.map(({ count }) => count));
  // A window that is shorter holds its last element again: as often as it likes for a maximum, with no weight for a mean.
  const taps = windows.map(({ first, count }) =>
    Array.from({ length: longest }, (_, t): Tap => [first + Math.min(t, count - 1), t < count ? 1 / count : 0]),
  );
  return kind === 'average' ? weightedTaps(x, axis, taps) : max(takeTaps(x, axis, taps), axis + 1);
}
