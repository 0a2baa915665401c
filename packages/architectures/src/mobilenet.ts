import { compose, type Composition } from '@adjoint/core';
import { classifier, follow, normalised, type ImageShape } from './blocks.js';

/** Expansion, channels, blocks and stride of each stage. */
const stages = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

export interface MobilenetOptions {
  /** Factor of all channels, which stay multiples of 8; 1 if not given. */
  readonly width?: number;
  readonly classes?: number;
  /** [3, 224, 224] if not given. */
  readonly input?: ImageShape;
}

/** MobileNetV2: inverted residuals with linear bottlenecks. Sandler et al. 2018, arXiv:1801.04381, table 2. */
export function mobilenetV2(options: MobilenetOptions = {}): Composition {
  const { width = 1, classes = 1000, input: shape = [3, 224, 224] } = options;
  return compose(({ input, layer }) => {
    let channels = multipleOf8(32 * width);
    let x = follow(layer, input(shape), ...normalised('stem', { filters: channels, kernel: 3, stride: 2 }, 'relu6'));
    stages.forEach(([expansion, base, count, stride], s) => {
      const filters = multipleOf8(base * width);
      for (let b = 0; b < count; b++) {
        const name = `stage${s + 1}_${b + 1}`;
        const [inner, step] = [channels * expansion, b === 0 ? stride : 1];
        const body = follow(
          layer,
          x,
          ...(expansion > 1 ? normalised(`${name}_expand`, { filters: inner, kernel: 1 }, 'relu6') : []),
          ...normalised(`${name}_depthwise`, { filters: inner, kernel: 3, stride: step, groups: inner }, 'relu6'),
          ...normalised(`${name}_project`, { filters, kernel: 1 }),
        );
        x = step === 1 && filters === channels ? layer('add', [x, body]) : body;
        channels = filters;
      }
    });
    const [pool, dense] = classifier(classes);
    return follow(
      layer,
      x,
      ...normalised('last', { filters: multipleOf8(1280 * Math.max(1, width)), kernel: 1 }, 'relu6'),
      pool!,
      { dropout: { rate: 0.2 } },
      dense!,
    );
  });
}

/** The nearest multiple of 8 that is at least 8, and not less than nine tenths of the number. */
function multipleOf8(value: number): number {
  const rounded = Math.max(8, Math.floor((value + 4) / 8) * 8);
  return rounded < 0.9 * value ? rounded + 8 : rounded;
}
