import { checkNumbers, checkRecord, checkTensors } from '../operand.js';
import { AdjointError } from '../../errors.js';
import { formatShape, perAxis } from '../../tensor/shape.js';
import { reshape } from '../primitives/reshape.js';
import { swapAxes } from '../primitives/transpose.js';
import { convolve } from './convolve.js';
import { perDimension, resolvePadding, type PerDimension, type SpatialPadding } from './window.js';
import type { Tensor } from '../tensor.js';

export interface ConvolveTransposedOptions {
  /** Distance between inputs in the output, ≥ 1; 1 if not given. */
  readonly stride?: PerDimension;
  /** What the convolution pads, and so its transpose cuts off; none if not given. `same` gives a·s outputs. */
  readonly padding?: SpatialPadding;
  /** Outputs that the convolution would leave over at the end, less than the stride or the dilation; 0 if not given. */
  readonly outputPadding?: PerDimension;
  /** Distance of the kernel's taps; 1 if not given. */
  readonly dilation?: PerDimension;
  /** Channels are split into this many groups that do not see each other. */
  readonly groups?: number;
}

/**
 * The adjoint of `convolve` by its input: x [N, C, …a], w [C, filters/groups, …k] → [N, filters, …o] with
 * o = (a − 1)s − p⁻ − p⁺ + d(k − 1) + 1 + outputPadding, as in PyTorch.
 */
export function convolveTransposed(x: Tensor, w: Tensor, options: ConvolveTransposedOptions = {}): Tensor {
  const what = 'convolveTransposed';
  checkTensors(what, x, w);
  checkRecord(what, options);
  const groups = options.groups ?? 1;
  const channels = x.shape[1] ?? 0;
  if (x.rank < 2 || w.rank !== x.rank || w.shape[0] !== channels || !(groups >= 1 && channels % groups === 0)) {
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `${what}: input ${formatShape(x.shape)} and kernel ${formatShape(w.shape)} with ${String(groups)} groups; expected [batch, channels, …spatial] and [channels, filters/groups, …spatial] with channels that divide by groups.`,
    );
  }
  const extent = x.shape.slice(2);
  const each = (value: PerDimension, name: string): readonly number[] => {
    const values = perDimension(value, extent.length, `${what}: ${name}`);
    checkNumbers(what, name, values);
    return values;
  };
  const stride = each(options.stride ?? 1, 'stride');
  const dilation = each(options.dilation ?? 1, 'dilation');
  const outputPadding = each(options.outputPadding ?? 0, 'outputPadding');
  const dimensions = { extent, size: w.shape.slice(2), stride, dilation };
  const isSame = options.padding === 'same';
  // The convolution is one from a·s places to a.
  const padding = resolvePadding(what, options.padding ?? 0, {
    ...dimensions,
    extent: perAxis({ extent, stride }).map((axis) => axis.extent * axis.stride),
  });
  const around = perAxis({ ...dimensions, padding, rest: outputPadding }).map((axis) => {
    const {
      size,
      stride: step,
      dilation: spread,
      padding: [before, after],
      rest,
    } = axis;
    if (rest < 0 || (rest > 0 && rest >= Math.max(step, spread)))
      throw new AdjointError(
        'ATTRIBUTE_INVALID',
        `${what}: outputPadding is ${rest}; it must be ≥ 0 and less than the stride ${step} or the dilation ${spread}.`,
      );
    const reach = spread * (size - 1);
    // A kernel shorter than the stride leaves places that no input reaches.
    const unreached = isSame ? Math.max(0, step - reach - 1) : 0;
    return [reach - before, reach - after + rest + unreached] as const;
  });
  const [, filters = 0, ...taps] = w.shape;
  const grouped = swapAxes(reshape(w, [groups, channels / groups, filters, ...taps]), 1, 2);
  return convolve(x, reshape(grouped, [groups * filters, channels / groups, ...taps]), {
    padding: around,
    inputDilation: stride,
    dilation,
    groups,
    flipKernel: true,
  });
}
