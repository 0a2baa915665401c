import { checkTensors } from '../operand.js';
import { perAxis, sizeOf, type Shape } from '../../tensor/shape.js';
import { broadcastTo } from '../primitives/broadcast-to.js';
import { convolution } from '../primitives/convolution.js';
import { gather } from '../primitives/gather.js';
import { literal } from '../primitives/literal.js';
import { less } from '../primitives/less.js';
import { reshape } from '../primitives/reshape.js';
import { where } from '../primitives/where.js';
import { checkWindow, windowArgMax, type Window } from '../primitives/window-arg-max.js';
import type { Tensor } from '../tensor.js';

/** The largest element of each window over the spatial axes of x [N, C, …]; padding counts as −∞, the first of equals gets the gradient. */
export function maxPool(x: Tensor, window: Window): Tensor {
  checkTensors('maxPool', x);
  checkWindow('maxPool', window, x);
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
export function sumPool(x: Tensor, window: Window): Tensor {
  checkTensors('sumPool', x);
  checkWindow('sumPool', window, x);
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
