import { AdjointError, compose, formatShape, type Choice, type Composition, type Link } from '@adjoint/core';
import { follow, type ImageShape } from './blocks.js';

export interface UnetOptions {
  /** Of every place of the output; 2 if not given. */
  readonly classes?: number;
  /** [1, 256, 256] if not given. */
  readonly input?: ImageShape;
  /** Filters of the first level, twice as many at each further one; 64 if not given. */
  readonly width?: number;
  /** How often the extents are halved; 4 if not given. */
  readonly levels?: number;
  /** 'same' keeps the extents; 'valid', as in the paper, loses the border. 'same' if not given. */
  readonly padding?: 'same' | 'valid';
  /** Whether a batch normalisation follows each convolution, which then has no bias; false if not given. */
  readonly batchNorm?: boolean;
}

/** What is on its way through the network, and its extents. */
interface Map2d {
  readonly link: Link;
  readonly extents: readonly number[];
}

/**
 * U-Net: an image down to what it shows, and up again to where that is, with a shortcut at each level. Gives logits
 * [classes, height, width]. Ronneberger, Fischer & Brox 2015, arXiv:1505.04597, figure 1.
 * @throws AdjointError `OPTIONS_INVALID` for extents that cannot be halved as often.
 */
export function unet(options: UnetOptions = {}): Composition {
  const { classes = 2, input: shape = [1, 256, 256], width = 64, levels = 4 } = options;
  const { padding = 'same', batchNorm = false } = options;
  return compose(({ input, layer }) => {
    const lost = padding === 'valid' ? 4 : 0;
    const twice = ({ link, extents }: Map2d, level: number, where: string): Map2d => {
      const layers = [1, 2].flatMap((i): Choice<'layer'>[] => [
        {
          conv2d: { filters: width * 2 ** level, kernel: 3, padding, bias: !batchNorm, initializer: 'heNormal' },
          name: `${where}${level + 1}_${i}`,
        },
        ...(batchNorm ? [{ batchNorm: {}, name: `${where}${level + 1}_${i}_norm` }] : []),
        'relu',
      ]);
      return { link: follow(layer, link, ...layers), extents: extents.map((extent) => extent - lost) };
    };
    const halved = ({ link, extents }: Map2d): Map2d => {
      if (extents.some((extent) => extent % 2 !== 0 || extent <= lost))
        throw new AdjointError(
          'OPTIONS_INVALID',
          `unet: an input ${formatShape(shape)} is ${extents.join('×')} at a level that must be halved; choose extents that are even at all ${levels} levels.`,
        );
      return { link: layer({ maxPool2d: { size: 2 } }, link), extents: extents.map((extent) => extent / 2) };
    };

    const [, ...extents] = shape;
    const skipped: Map2d[] = [];
    let map: Map2d = { link: input(shape), extents };
    for (let level = 0; level < levels; level++) {
      const level2d = twice(map, level, 'down');
      skipped.push(level2d);
      map = halved(level2d);
    }
    map = twice(map, levels, 'down');
    for (let level = levels - 1; level >= 0; level--) {
      const up = layer(
        { convTranspose2d: { filters: width * 2 ** level, kernel: 2, stride: 2 }, name: `up${level + 1}` },
        map.link,
      );
      const doubled = map.extents.map((extent) => extent * 2);
      const side = cropped(skipped[level]!, doubled);
      const joined = layer('concatenate', [
        side.length > 0 ? follow(layer, skipped[level]!.link, ...side) : skipped[level]!.link,
        up,
      ]);
      map = twice({ link: joined, extents: doubled }, level, 'across');
    }
    return layer({ conv2d: { filters: classes, kernel: 1 }, name: 'classes' }, map.link);
  });
}

/** The middle of a map of larger extents. */
function cropped({ extents }: Map2d, wanted: readonly number[]): Choice<'layer'>[] {
  const surplus = extents.map((extent, d) => extent - wanted[d]!);
  if (surplus.every((more) => more === 0)) return [];
  const sides = surplus.map((more) => [-Math.floor(more / 2), -Math.ceil(more / 2)] as const);
  return [{ pad: { padding: [[0, 0], ...sides] } }];
}
