import { compose, type Composition } from '@adjoint/core';
import { blocksOf, classifier, convolution, follow, type ImageShape } from './blocks.js';
import { residualStages } from './resnet.js';

export interface WideResnetOptions {
  /** Layers with weights: 6n + 4; 28 if not given. */
  readonly depth?: number;
  /** Factor of the widths 16, 32 and 64; 10 if not given. */
  readonly width?: number;
  /** Rate of dropout between the convolutions of a block; none if not given. */
  readonly dropout?: number;
  readonly classes?: number;
  /** [3, 32, 32] if not given. */
  readonly input?: ImageShape;
}

/** WRN-depth-width: fewer, wider residual blocks of the second version. Zagoruyko & Komodakis 2016, arXiv:1605.07146, table 1. */
export function wideResnet(options: WideResnetOptions = {}): Composition {
  const { depth = 28, width = 10, dropout, classes = 10, input: shape = [3, 32, 32] } = options;
  const count = blocksOf('wideResnet', depth, 6, 4);
  return compose(({ input, layer }) => {
    const start = layer(convolution('stem', { filters: 16, kernel: 3 }), input(shape));
    const body = residualStages(layer, start, {
      version: 2,
      stages: [16, 32, 64].map((filters, stage) => ({
        count,
        stride: stage === 0 ? 1 : 2,
        filters: filters * width,
        ...(dropout !== undefined && { dropout }),
      })),
      channels: 16,
      shortcut: 'projection',
    });
    return follow(layer, body, ...classifier(classes));
  });
}
