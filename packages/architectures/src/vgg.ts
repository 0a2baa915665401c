import { compose, type Choice, type Composition } from '@adjoint/core';
import { follow, known, type ImageShape } from './blocks.js';

/** Convolutions of each of the five stages. */
const stages: Readonly<Record<number, readonly number[]>> = {
  11: [1, 1, 2, 2, 2],
  13: [2, 2, 2, 2, 2],
  16: [2, 2, 3, 3, 3],
  19: [2, 2, 4, 4, 4],
};

export interface VggOptions {
  /** Layers with weights; 16 if not given. */
  readonly depth?: 11 | 13 | 16 | 19;
  /** Whether a batch normalisation follows each convolution; false if not given. */
  readonly batchNorm?: boolean;
  readonly classes?: number;
  /** [3, 224, 224] if not given; extents divide by 32. */
  readonly input?: ImageShape;
}

/** VGG: 3×3 convolutions, pooled five times, and three dense layers. Simonyan & Zisserman 2015, arXiv:1409.1556, table 1. */
export function vgg(options: VggOptions = {}): Composition {
  const { depth = 16, batchNorm = false, classes = 1000, input: shape = [3, 224, 224] } = options;
  const convolutions = known('vgg', stages, depth).flatMap((count, stage): Choice<'layer'>[] => [
    ...Array.from({ length: count }, (_, i): Choice<'layer'>[] => {
      const name = `stage${stage + 1}_${i + 1}`;
      const filters = Math.min(512, 64 * 2 ** stage);
      return [
        { conv2d: { filters, kernel: 3, padding: 1, initializer: 'heNormal' }, name },
        ...(batchNorm ? [{ batchNorm: {}, name: `${name}_norm` }] : []),
        'relu',
      ];
    }).flat(),
    { maxPool2d: { size: 2 }, name: `pool${stage + 1}` },
  ]);
  const hidden = (name: string): Choice<'layer'>[] => [
    { dense: { units: 4096 }, name },
    'relu',
    { dropout: { rate: 0.5 }, name: `${name}_dropout` },
  ];
  return compose(({ input, layer }) =>
    follow(layer, input(shape), ...convolutions, 'flatten', ...hidden('dense1'), ...hidden('dense2'), {
      dense: { units: classes },
      name: 'classes',
    }),
  );
}
