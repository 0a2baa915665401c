import { compose, type Choice, type Composition } from '@adjoint/core';
import { convolution, follow, type Filters, type ImageShape } from './blocks.js';

/** Expansion, kernel, channels, blocks and stride of each stage. */
const stages = [
  [1, 3, 16, 1, 1],
  [6, 3, 24, 2, 2],
  [6, 5, 40, 2, 2],
  [6, 3, 80, 3, 2],
  [6, 5, 112, 3, 1],
  [6, 5, 192, 4, 2],
  [6, 3, 320, 1, 1],
] as const;

const blocks = stages.reduce((sum, [, , , count]) => sum + count, 0);

export interface EfficientnetOptions {
  readonly classes?: number;
  /** [3, 224, 224] if not given. */
  readonly input?: ImageShape;
  /** Of the last block; it grows from 0 at the first. 0.2 if not given. */
  readonly stochasticDepth?: number;
  /** Of the batch normalisations; 1e-3 if not given, as in the paper's code. Weights of torchvision and timm want 1e-5. */
  readonly epsilon?: number;
}

/** EfficientNet-B0: inverted residuals with squeeze-and-excitation. Tan & Le 2019, arXiv:1905.11946, table 1. */
export function efficientnetB0(options: EfficientnetOptions = {}): Composition {
  const { classes = 1000, input: shape = [3, 224, 224], stochasticDepth: rate = 0.2, epsilon = 1e-3 } = options;
  const normal = (name: string, filters: Filters, activation?: Choice<'layer'>): Choice<'layer'>[] => [
    convolution(name, filters),
    { batchNorm: { momentum: 0.01, epsilon }, name: `${name}_norm` },
    ...(activation ? [activation] : []),
  ];
  return compose(({ input, layer }) => {
    let [channels, block] = [32, 0];
    let x = follow(layer, input(shape), ...normal('stem', { filters: channels, kernel: 3, stride: 2 }, 'silu'));
    stages.forEach(([expansion, kernel, filters, count, stride], s) => {
      for (let b = 0; b < count; b++) {
        const name = `stage${s + 1}_${b + 1}`;
        const [inner, step] = [channels * expansion, b === 0 ? stride : 1];
        const body = follow(
          layer,
          x,
          ...(expansion > 1 ? normal(`${name}_expand`, { filters: inner, kernel: 1 }, 'silu') : []),
          ...normal(`${name}_depthwise`, { filters: inner, kernel, stride: step, groups: inner }, 'silu'),
          {
            squeezeExcitation: { units: Math.max(1, Math.floor(channels / 4)), activation: 'silu' },
            name: `${name}_gate`,
          },
          ...normal(`${name}_project`, { filters, kernel: 1 }),
        );
        const drop = { stochasticDepth: { rate: (rate * block++) / blocks }, name: `${name}_drop` } as const;
        x = step === 1 && filters === channels ? layer('add', [x, layer(drop, body)]) : body;
        channels = filters;
      }
    });
    return follow(
      layer,
      x,
      ...normal('last', { filters: 1280, kernel: 1 }, 'silu'),
      'globalAveragePool',
      { dropout: { rate: 0.2 } },
      {
        dense: { units: classes },
        name: 'classes',
      },
    );
  });
}
