import { compose, type Choice, type Composition, type Link } from '@adjoint/core';
import { classifier, follow } from './blocks.js';

export interface SignalResnetOptions {
  readonly classes: number;
  /** [channels, length]; null for a length that varies. */
  readonly input: readonly [channels: number, length: number | null];
  /** Filters of the first block, the others have twice as many; 64 if not given. */
  readonly width?: number;
}

/**
 * A residual network for signals: three blocks of convolutions of extent 8, 5 and 3. Wang, Yan & Oates 2017,
 * arXiv:1611.06455, figure 1c.
 */
export function signalResnet({ classes, input: shape, width = 64 }: SignalResnetOptions): Composition {
  const convolution = (name: string, filters: number, kernel: number): Choice<'layer'>[] => [
    { conv1d: { filters, kernel, padding: 'same', initializer: 'heNormal' }, name },
    { batchNorm: {}, name: `${name}_norm` },
  ];
  return compose(({ input, layer }) => {
    let x: Link = input(shape);
    let [channels] = shape;
    [width, 2 * width, 2 * width].forEach((filters, b) => {
      const name = `block${b + 1}`;
      const body = follow(
        layer,
        x,
        ...convolution(`${name}_1`, filters, 8),
        'relu',
        ...convolution(`${name}_2`, filters, 5),
        'relu',
        ...convolution(`${name}_3`, filters, 3),
      );
      const projection = convolution(`${name}_shortcut`, filters, 1);
      const shortcut = follow(layer, x, ...(channels === filters ? projection.slice(1) : projection));
      x = follow(layer, layer('add', [shortcut, body]), 'relu');
      channels = filters;
    });
    return follow(layer, x, ...classifier(classes));
  });
}
