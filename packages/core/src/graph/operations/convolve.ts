import { checkFlag, checkNumbers, checkRecord, checkTensors } from '../operand.js';
import { AdjointError } from '../../errors.js';
import { formatShape, perAxis } from '../../tensor/shape.js';
import { convolution } from '../primitives/convolution.js';
import { flip } from '../primitives/flip.js';
import { pad } from '../primitives/pad.js';
import { reshape } from '../primitives/reshape.js';
import { swapAxes } from '../primitives/transpose.js';
import { padWith, type PaddingMode } from './shape.js';
import { perDimension, resolvePadding, type PerDimension, type SpatialPadding } from './window.js';
import type { Tensor } from '../tensor.js';

export interface ConvolveOptions {
  /** ≥ 1; 1 if not given. */
  readonly stride?: PerDimension;
  /** None if not given; negative numbers crop. */
  readonly padding?: SpatialPadding;
  /** What stands in the padding. */
  readonly paddingMode?: 'zeros' | Exclude<PaddingMode, 'constant'>;
  /** Distance of the kernel's taps; 1 if not given. */
  readonly dilation?: PerDimension;
  /** Distance to which the input is spread with zeros; 1 if not given. */
  readonly inputDilation?: PerDimension;
  /** Channels are split into this many groups that do not see each other. */
  readonly groups?: number;
  /** Flips the kernel: convolution in the mathematical sense. */
  readonly flipKernel?: boolean;
}

/**
 * Convolves x [N, C, …spatial] with the kernel w [filters, C/groups, …kernel] → [N, filters, …output]; a
 * cross-correlation, as in neural networks, unless `flipKernel`. Output length: ⌊(a + p − d(k − 1) − 1)/s⌋ + 1.
 */
export function convolve(x: Tensor, w: Tensor, options: ConvolveOptions = {}): Tensor {
  checkTensors('convolve', x, w);
  checkRecord('convolve', options);
  const dims = x.rank - 2;
  const groups = options.groups ?? 1;
  checkNumbers('convolve', 'groups', [groups]);
  if (dims < 0 || w.rank !== x.rank) {
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `convolve: input ${formatShape(x.shape)} and kernel ${formatShape(w.shape)}; expected [batch, channels, …spatial] and [filters, channels/groups, …spatial] of one rank.`,
    );
  }
  const [batch, channels] = x.shape as [number, number];
  const [filters] = w.shape as [number];
  if (groups < 1 || channels % groups !== 0 || filters % groups !== 0 || w.shape[1] !== channels / groups) {
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `convolve: ${channels} channels and kernel ${formatShape(w.shape)} with ${groups} groups; both channels and filters must divide by groups and the kernel must have channels/groups = ${channels / groups} channels.`,
    );
  }
  const stride = perDimension(options.stride ?? 1, dims, 'convolve: stride');
  const dilation = perDimension(options.dilation ?? 1, dims, 'convolve: dilation');
  const inputDilation = perDimension(options.inputDilation ?? 1, dims, 'convolve: inputDilation');
  const dilated = perAxis({ extent: x.shape.slice(2), step: inputDilation }).map(({ extent, step }) =>
    extent === 0 ? 0 : (extent - 1) * step + 1,
  );
  const padding = resolvePadding('convolve', options.padding ?? 'valid', {
    extent: dilated,
    size: w.shape.slice(2),
    stride,
    dilation,
  });
  const { flipKernel = false } = options;
  checkFlag('convolve', 'flipKernel', flipKernel);
  const kernel = flipKernel
    ? flip(
        w,
        w.shape.slice(2).map((_, d) => d + 2),
      )
    : w;

  const attributes = { stride, padding, inputDilation, kernelDilation: dilation };
  let input = x;
  if (options.paddingMode && options.paddingMode !== 'zeros') {
    const spread = pad(
      x,
      x.shape.map(() => [0, 0]),
      { interior: [0, 0, ...inputDilation.map((d) => d - 1)] },
    );
    input = padWith(spread, [[0, 0], [0, 0], ...padding], options.paddingMode);
    Object.assign(attributes, { padding: padding.map(() => [0, 0]), inputDilation: inputDilation.map(() => 1) });
  }
  const grouped = swapAxes(reshape(input, [batch, groups, channels / groups, ...input.shape.slice(2)]), 0, 1);
  const y = convolution(grouped, reshape(kernel, [groups, filters / groups, ...w.shape.slice(1)]), attributes);
  return reshape(swapAxes(y, 0, 1), [batch, filters, ...y.shape.slice(3)]);
}
