import { sizeOf } from '../../tensor/shape.js';
import { broadcastTo } from '../primitives/broadcast-to.js';
import { convolution } from '../primitives/convolution.js';
import { gather } from '../primitives/gather.js';
import { literal } from '../primitives/literal.js';
import { reshape } from '../primitives/reshape.js';
import { windowArgMax, type Window } from '../primitives/window-arg-max.js';
import type { Tensor } from '../tensor.js';

/** The greatest element of each window over the spatial axes of x [N, C, …]; padding counts as −∞, the first of equals gets the gradient. */
export function maxPool(x: Tensor, window: Window): Tensor {
  const places = windowArgMax(x, window);
  const rows = x.shape[0]! * x.shape[1]!;
  const picked = gather(
    reshape(x, [rows, sizeOf(x.shape.slice(2))]),
    reshape(places, [rows, sizeOf(places.shape.slice(2))]),
    1,
    1,
  );
  return reshape(picked, places.shape);
}

/** The sum of each window over the spatial axes of x [N, C, …], zeros in the padding: a convolution with ones. */
export function sumPool(x: Tensor, { size, stride, dilation, padding }: Window): Tensor {
  const planes = reshape(x, [1, x.shape[0]! * x.shape[1]!, 1, ...x.shape.slice(2)]);
  const ones = broadcastTo(literal(1, x.dtype), [1, 1, 1, ...size]);
  const sums = convolution(planes, ones, {
    stride,
    padding,
    inputDilation: size.map(() => 1),
    kernelDilation: dilation,
  });
  return reshape(sums, [...x.shape.slice(0, 2), ...sums.shape.slice(3)]);
}
