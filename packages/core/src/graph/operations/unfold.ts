import { checkTensors } from '../operand.js';
import { AdjointError } from '../../errors.js';
import { checkShape, formatShape, perAxis, sizeOf, type Shape } from '../../tensor/shape.js';
import { broadcastTo } from '../primitives/broadcast-to.js';
import { constant } from '../primitives/constant.js';
import { gather } from '../primitives/gather.js';
import { literalLike } from '../primitives/literal.js';
import { pad } from '../primitives/pad.js';
import { reshape } from '../primitives/reshape.js';
import { scatterAdd } from '../primitives/scatter-add.js';
import { transpose } from '../primitives/transpose.js';
import type { Window } from '../primitives/window-arg-max.js';
import { windowOver, type WindowOptions } from './window.js';
import type { Tensor } from '../tensor.js';

/** Windows that are spread out or put back; their stride is 1 if not given, as of a convolution. */
export type UnfoldOptions = Omit<WindowOptions, 'ceilMode'>;

/** The windows of x [N, C, …a] as columns [N, C·taps, windows], in the order of a convolution's kernel; zeros in the padding. */
export function unfold(x: Tensor, options: UnfoldOptions): Tensor {
  checkTensors('unfold', x);
  const { window } = windowOver('unfold', x, { ...options, stride: options?.stride ?? 1 });
  const { size, padding } = window;
  const outputs = outputsOf('unfold', x.shape.slice(2), window);
  const padded = pad(x, [[0, 0], [0, 0], ...padding]);
  const taken = size.reduce((spread, _, d) => gather(spread, tapPlaces(window, outputs, d), d + 2), padded);
  const [batch = 0, channels = 0] = x.shape;
  const split = reshape(taken, [
    batch,
    channels,
    ...perAxis({ size, outputs }).flatMap((axis) => [axis.size, axis.outputs]),
  ]);
  const dims = size.map((_, d) => 2 + 2 * d);
  const moved = transpose(split, [0, 1, ...dims, ...dims.map((axis) => axis + 1)]);
  return reshape(moved, [batch, channels * sizeOf(size), sizeOf(outputs)]);
}

/** The adjoint of `unfold`: columns [N, C·taps, windows] added up to [N, C, …space]. */
export function fold(columns: Tensor, space: Shape, options: UnfoldOptions): Tensor {
  checkTensors('fold', columns);
  checkShape(space, 'fold');
  const [batch = 0, rows = 0, count] = columns.shape;
  // Windows are those over a tensor of the shape that comes out.
  const like = broadcastTo(literalLike(columns, 0), [1, 1, ...space]);
  const { window } = windowOver('fold', like, { ...options, stride: options?.stride ?? 1 });
  const { size, padding } = window;
  const outputs = outputsOf('fold', space, window);
  const channels = rows / sizeOf(size);
  if (columns.rank !== 3 || !Number.isInteger(channels) || count !== sizeOf(outputs)) {
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `fold: ${formatShape(columns.shape)} is not [batch, channels·${sizeOf(size)}, ${sizeOf(outputs)}], which the windows of ${formatShape(space)} have.`,
    );
  }
  const dims = size.length;
  const split = reshape(columns, [batch, channels, ...size, ...outputs]);
  const moved = transpose(split, [0, 1, ...size.flatMap((_, d) => [2 + d, 2 + dims + d])]);
  const joined = reshape(moved, [
    batch,
    channels,
    ...perAxis({ size, outputs }).map((axis) => axis.size * axis.outputs),
  ]);
  const padded = perAxis({ extent: space, padding }).map(
    ({ extent, padding: [before, after] }) => extent + before + after,
  );
  const added = padded.reduce(
    (sums, extent, d) => scatterAdd(sums, tapPlaces(window, outputs, d), extent, d + 2),
    joined,
  );
  return pad(added, [[0, 0], [0, 0], ...padding.map(([before, after]) => [-before, -after] as const)]);
}

/** How many windows there are along each axis. */
function outputsOf(what: string, space: Shape, window: Window): number[] {
  return perAxis({ extent: space, ...window }).map(
    ({ extent, size, stride, dilation, padding: [before, after] }, d) => {
      const room = extent + before + after - (dilation * (size - 1) + 1);
      if (room >= 0) return Math.floor(room / stride) + 1;
      throw new AdjointError(
        'SHAPE_MISMATCH',
        `${what}: a window of ${size}, dilation ${dilation}, does not fit spatial axis ${d} of ${formatShape(space)} with padding [${before}, ${after}].`,
      );
    },
  );
}

/** Where in the padded axis d the taps of all windows are: tap by tap. */
function tapPlaces({ size, stride, dilation }: Window, outputs: readonly number[], d: number): Tensor {
  const [taps = 0, step = 1, spread = 1, count = 0] = [size[d], stride[d], dilation[d], outputs[d]];
  const places = Int32Array.from(
    { length: taps * count },
    (_, i) => Math.floor(i / count) * spread + (i % count) * step,
  );
  return constant({ data: places, shape: [places.length], dtype: 'int32' });
}
