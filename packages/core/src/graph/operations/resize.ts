import { checkRecord, checkTensors } from '../operand.js';
import { AdjointError } from '../../errors.js';
import { valueText } from '../../value-text.js';
import { isFloat } from '../../tensor/dtype.js';
import { checkShape } from '../../tensor/shape.js';
import { broadcastTo } from '../primitives/broadcast-to.js';
import { reshape } from '../primitives/reshape.js';
import { wrongDtype } from '../primitives/wrong-dtype.js';
import { expandDims } from './shape.js';
import { takeTaps, weightedTaps, type Tap } from './weighted-taps.js';
import { perDimension, spaceOf, type PerDimension } from './window.js';
import type { Tensor } from '../tensor.js';

export interface ResizeOptions {
  /** `linear` is bilinear over two axes and trilinear over three, `cubic` bicubic; `nearest` if not given. */
  readonly mode?: 'nearest' | 'linear' | 'cubic';
  /** Whether the outermost elements keep their places, or else the outer edges do; not for `nearest`. */
  readonly alignCorners?: boolean;
}

/** Which elements an output takes that lies at a place between them. */
const tapsAt = {
  linear(place: number, extent: number): Tap[] {
    const low = Math.min(Math.floor(Math.max(place, 0)), extent - 1);
    const share = Math.max(place, 0) - low;
    return [
      [low, 1 - share],
      [Math.min(low + 1, extent - 1), share],
    ];
  },
  /** Keys 1981, equation 4, with a = −¾. */
  cubic(place: number, extent: number): Tap[] {
    const a = -0.75;
    const low = Math.floor(place);
    const near = (t: number): number => ((a + 2) * t - (a + 3)) * t * t + 1;
    const far = (t: number): number => ((a * t - 5 * a) * t + 8 * a) * t - 4 * a;
    const t = place - low;
    return [far(1 + t), near(t), near(1 - t), far(2 - t)].map((weight, i) => [
      Math.min(Math.max(low - 1 + i, 0), extent - 1),
      weight,
    ]);
  },
} as const;

/**
 * Resamples x [N, C, …a] at [N, C, …size]. Along each axis output i of o stands for the place i·(a − 1)/(o − 1) of x with
 * `alignCorners`, (i + ½)·a/o − ½ without; `nearest` takes element ⌊i·a/o⌋. The conventions are PyTorch's; what becomes
 * smaller is not smoothed first.
 */
export function resize(x: Tensor, size: PerDimension, options: ResizeOptions = {}): Tensor {
  checkTensors('resize', x);
  checkRecord('resize', options);
  const { mode = 'nearest', alignCorners = false } = options;
  if (mode !== 'nearest' && !Object.hasOwn(tapsAt, mode))
    throw new AdjointError(
      'ATTRIBUTE_INVALID',
      `resize: the mode is ${valueText(mode)}; use nearest, linear or cubic.`,
    );
  if (mode !== 'nearest' && !isFloat(x.dtype)) throw wrongDtype('resize', x.dtype);
  const space = spaceOf('resize', x);
  const outputs = perDimension(size, space.length, 'resize: size');
  checkShape(outputs, 'resize');
  if (space.includes(0))
    throw new AdjointError('SHAPE_MISMATCH', 'resize: an axis is empty; there is nothing to take elements from.');
  return outputs.reduce((resized, count, d) => {
    const [axis, extent] = [d + 2, space[d] ?? 0];
    if (count === extent) return resized;
    if (mode === 'nearest') return nearest(resized, axis, count);
    const places = Array.from({ length: count }, (_, i) =>
      alignCorners ? (count === 1 ? 0 : (i * (extent - 1)) / (count - 1)) : ((i + 0.5) * extent) / count - 0.5,
    );
    return weightedTaps(
      resized,
      axis,
      places.map((place) => tapsAt[mode](place, extent)),
    );
  }, x);
}

function nearest(x: Tensor, axis: number, outputs: number): Tensor {
  const extent = x.shape[axis] ?? 0;
  if (outputs % extent === 0) {
    const repeated = broadcastTo(expandDims(x, axis + 1), x.shape.toSpliced(axis + 1, 0, outputs / extent));
    return reshape(repeated, x.shape.with(axis, outputs));
  }
  const taps = Array.from({ length: outputs }, (_, i): Tap[] => [[Math.floor((i * extent) / outputs), 1]]);
  return reshape(takeTaps(x, axis, taps), x.shape.with(axis, outputs));
}
