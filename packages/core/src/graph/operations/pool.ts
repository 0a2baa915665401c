import { checkTensors } from '../operand.js';
import { AdjointError } from '../../errors.js';
import { valueText } from '../../value-text.js';
import { allocateArray, isFloat } from '../../tensor/dtype.js';
import { checkShape, forEachIndex, formatShape, perAxis, sameShape, sizeOf, type Shape } from '../../tensor/shape.js';
import { broadcastTo } from '../primitives/broadcast-to.js';
import { constant } from '../primitives/constant.js';
import { convolution } from '../primitives/convolution.js';
import { div } from '../primitives/div.js';
import { equal } from '../primitives/equal.js';
import { gather } from '../primitives/gather.js';
import { literal } from '../primitives/literal.js';
import { less } from '../primitives/less.js';
import { mul } from '../primitives/mul.js';
import { pow } from '../primitives/pow.js';
import { reshape } from '../primitives/reshape.js';
import { scatterAdd } from '../primitives/scatter-add.js';
import { sqrt } from '../primitives/sqrt.js';
import { where } from '../primitives/where.js';
import { windowArgMax, windowedShape, type Window } from '../primitives/window-arg-max.js';
import { wrongDtype } from '../primitives/wrong-dtype.js';
import { spaceOf, windowOver, type WindowOptions } from './window.js';
import type { Tensor } from '../tensor.js';

/** The largest element of each window over the spatial axes of x [N, C, …]; padding counts as −∞, the first of equals gets the gradient. */
export function maxPool(x: Tensor, options: WindowOptions): Tensor {
  checkTensors('maxPool', x);
  const { window } = windowOver('maxPool', x, options);
  const places = windowArgMax(x, window);
  const rows = sizeOf(x.shape.slice(0, 2));
  const picked = gather(
    reshape(x, [rows, sizeOf(x.shape.slice(2))]),
    reshape(places, [rows, sizeOf(places.shape.slice(2))]),
    1,
    1,
  );
  const largest = reshape(picked, places.shape);
  return coversPaddingAlone(x.shape.slice(2), window) ? where(less(places, 0), -Infinity, largest) : largest;
}

/** Whether some window has no tap within x: dilated taps may lie on both sides of it. */
function coversPaddingAlone(shape: Shape, window: Window): boolean {
  return perAxis({ extent: shape, ...window }).some(({ extent, size, stride, dilation, padding: [before, after] }) => {
    const reach = (size - 1) * dilation + 1;
    const outputs = Math.floor((extent + before + after - reach) / stride) + 1;
    // Padding is shorter than the reach, so that a window which starts in x or ends in it has a tap there, and taps closer
    // than x is long cannot miss it. Of the others, which start before x, only the first tap at 0 or after it may be in x.
    const candidates = extent < dilation ? Math.min(outputs, Math.ceil(before / stride)) : 0;
    for (let o = 0; o < candidates; o++)
      if ((((o * stride - before) % dilation) + dilation) % dilation >= extent) return true;
    return false;
  });
}

/** The sum of each window over the spatial axes of x [N, C, …], zeros in the padding: a convolution with ones. */
export function sumPool(x: Tensor, options: WindowOptions): Tensor {
  checkTensors('sumPool', x);
  return sumOver(x, windowOver('sumPool', x, options).window);
}

function sumOver(x: Tensor, window: Window): Tensor {
  windowedShape(x.shape, window);
  const { size, stride, dilation, padding } = window;
  const planes = reshape(x, [1, sizeOf(x.shape.slice(0, 2)), 1, ...x.shape.slice(2)]);
  const ones = broadcastTo(literal(1, x.dtype), [1, 1, 1, ...size]);
  const sums = convolution(planes, ones, {
    stride,
    padding,
    inputDilation: size.map(() => 1),
    kernelDilation: dilation,
  });
  return reshape(sums, [...x.shape.slice(0, 2), ...sums.shape.slice(3)]);
}

/**
 * The mean of each window over the spatial axes of x [N, C, …]. Padding counts as elements of value 0, unless `countPadding`
 * is false; what `ceilMode` adds never counts. A window that holds nothing which counts has the mean 0.
 */
export function averagePool(x: Tensor, options: WindowOptions & { readonly countPadding?: boolean }): Tensor {
  checkTensors('averagePool', x);
  if (!isFloat(x.dtype)) throw wrongDtype('averagePool', x.dtype);
  const { window, beyond } = windowOver('averagePool', x, options);
  const sums = sumOver(x, window);
  const counts = perAxis({ extent: x.shape.slice(2), outputs: sums.shape.slice(2), beyond, ...window }).map(
    ({ extent, outputs, size, stride, dilation, padding: [before, after], beyond: rest }) => {
      const [low, high] = options.countPadding === false ? [0, extent] : [-before, extent + after - rest];
      return Array.from({ length: outputs }, (_, o) => {
        const taps = Array.from({ length: size }, (__, j) => o * stride + j * dilation - before);
        return taps.filter((i) => i >= low && i < high).length;
      });
    },
  );
  if (perAxis({ counts, size: window.size }).every(({ counts: all, size }) => all.every((count) => count === size)))
    return mul(sums, 1 / sizeOf(window.size));
  const shape = sums.shape.slice(2);
  const data = allocateArray(x.dtype, sizeOf(shape));
  forEachIndex(shape, (index, flat) => {
    data[flat] = Math.max(
      1,
      index.reduce((product, o, d) => product * (counts[d]?.[o] ?? 1), 1),
    );
  });
  return div(sums, constant({ data, shape, dtype: x.dtype }));
}

/**
 * (Σ xᵖ)^(1/p) of each window over the spatial axes of x [N, C, …], p > 0, as in PyTorch: for a p that is no even number,
 * take |x| first where x may be negative. The gradient at a sum of 0 is 0.
 */
export function lpPool(x: Tensor, p: number, options: WindowOptions): Tensor {
  checkTensors('lpPool', x);
  if (typeof p !== 'number' || !(p > 0 && p < Infinity))
    throw new AdjointError('ATTRIBUTE_INVALID', `lpPool: p is ${valueText(p)}; it must be a number > 0.`);
  const { window } = windowOver('lpPool', x, options);
  const sums = sumOver(pow(x, p), window);
  if (p === 1) return sums;
  const isZero = equal(sums, 0);
  const safe = where(isZero, 1, sums);
  return where(isZero, 0, p === 2 ? sqrt(safe) : pow(safe, 1 / p));
}

/**
 * Puts the elements of x [N, C, …] at `places` within the spatial axes (int32 of the shape of x, as `maxPool` gives them) of
 * a tensor of zeros [N, C, …space]: the adjoint of max pooling. What meets in one place is added.
 */
export function unpool(x: Tensor, places: Tensor, space: Shape): Tensor {
  checkTensors('unpool', x, places);
  spaceOf('unpool', x);
  checkShape(space, 'unpool');
  if (!sameShape(x.shape, places.shape))
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `unpool: ${formatShape(x.shape)} and places ${formatShape(places.shape)}; each element needs a place.`,
    );
  const rows = [sizeOf(x.shape.slice(0, 2)), sizeOf(x.shape.slice(2))];
  const scattered = scatterAdd(reshape(x, rows), reshape(places, rows), sizeOf(space), 1, 1);
  return reshape(scattered, [...x.shape.slice(0, 2), ...space]);
}
