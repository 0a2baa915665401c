import type { ConvolutionAttributes } from '../graph/primitives/convolution.js';
import type { RandomSource } from '../random/random-source.js';
import type { Shape } from '../tensor/shape.js';

export interface ConvolutionCase {
  readonly x: Shape;
  readonly w: Shape;
  readonly attributes: ConvolutionAttributes;
}

/**
 * Random shapes and attributes of a convolution over 0 to 3 dimensions that fit together: strides that do not divide, all
 * four dilations and strides at once, padding that crops and padding larger than the kernel.
 */
export function randomConvolution(random: RandomSource): ConvolutionCase {
  const dims = random.integer(4);
  const between = (low: number, high: number): number => low + random.integer(high - low + 1);
  const spatial = Array.from({ length: dims }, () => {
    for (;;) {
      const [extent, taps] = [between(1, 6), between(1, 3)];
      const [stride, inputDilation, kernelDilation] = [between(1, 3), between(1, 3), between(1, 3)];
      const padding = [between(-2, 3), between(-2, 3)] as const;
      const room = (extent - 1) * inputDilation + 1 + padding[0] + padding[1] - ((taps - 1) * kernelDilation + 1);
      if (room >= 0) return { extent, taps, stride, inputDilation, kernelDilation, padding };
    }
  });
  const [groups, batch, channels, filters] = [between(1, 2), between(1, 2), between(1, 2), between(1, 2)];
  return {
    x: [groups, batch, channels, ...spatial.map(({ extent }) => extent)],
    w: [groups, filters, channels, ...spatial.map(({ taps }) => taps)],
    attributes: {
      stride: spatial.map(({ stride }) => stride),
      padding: spatial.map(({ padding }) => padding),
      inputDilation: spatial.map(({ inputDilation }) => inputDilation),
      kernelDilation: spatial.map(({ kernelDilation }) => kernelDilation),
    },
  };
}
