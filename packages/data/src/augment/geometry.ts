import { AdjointError, cosineOfTurns, type RandomSource } from '@adjoint/core';
import {
  count,
  fraction,
  natural,
  number,
  object,
  oneOf,
  optional,
  rate,
  tuple,
  validateOptions,
} from '@adjoint/core/options';
import { drawBetween, type Augmentation, type Image } from './augment.js';
import { positives } from './options.js';
import { solve } from './solve.js';
import { warp, type Projection } from './warp.js';

/** The rectangle of an image from `top` and `left` on; what lies outside is `fill`. */
function rectangle(
  image: Image,
  [top, left]: readonly [number, number],
  [rows, columns]: readonly [number, number],
  fill: number,
): Image {
  const { channels, data } = image;
  const result = new Float64Array(channels * rows * columns).fill(fill);
  for (let channel = 0; channel < channels; channel++) {
    for (let row = Math.max(0, -top); row < Math.min(rows, image.rows - top); row++) {
      const first = Math.max(0, -left);
      const last = Math.min(columns, image.columns - left);
      const source = (channel * image.rows + row + top) * image.columns + left;
      for (let column = first; column < last; column++)
        result[(channel * rows + row) * columns + column] = data[source + column]!;
    }
  }
  return { channels, rows, columns, data: result };
}

export interface CropOptions {
  /** Rows and columns of the rectangle; those of the image if not given. */
  readonly size?: readonly [number, number] | undefined;
  /** Pixels of margin on each side; 0 if not given. */
  readonly padding?: number | undefined;
  /** What stands in the margin; 0 if not given. */
  readonly fill?: number | undefined;
}

const cropOptions = object({
  size: optional(tuple(count, count)),
  padding: optional(natural, 0),
  fill: optional(number, 0),
});

/** A rectangle of the image at a random place, after a margin was put around it (He et al. 2016, section 4.2: padding 4). */
export function randomCrop(options: CropOptions = {}): Augmentation {
  const { size, padding, fill } = validateOptions(cropOptions, options, 'randomCrop');
  return {
    moves: true,
    size(rows, columns) {
      const [newRows, newColumns] = size ?? [rows, columns];
      if (newRows > rows + 2 * padding || newColumns > columns + 2 * padding)
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `randomCrop: ${newRows} × ${newColumns} pixels do not fit in ${rows} × ${columns} with a margin of ${padding}; crop less, or add padding.`,
        );
      return [newRows, newColumns];
    },
    apply(image, random) {
      const [rows, columns] = size ?? [image.rows, image.columns];
      const top = random.integer(image.rows + 2 * padding - rows + 1) - padding;
      const left = random.integer(image.columns + 2 * padding - columns + 1) - padding;
      return rectangle(image, [top, left], [rows, columns], fill);
    },
  };
}

export interface FlipOptions {
  /** horizontal, which exchanges left and right, if not given. */
  readonly direction?: 'horizontal' | 'vertical' | undefined;
  /** ½ if not given. */
  readonly probability?: number | undefined;
}

const flipOptions = object({
  direction: optional(oneOf('horizontal', 'vertical'), 'horizontal'),
  probability: optional(fraction, 0.5),
});

/** Mirrors an image with a probability. Not for digits and letters. */
export function randomFlip(options: FlipOptions = {}): Augmentation {
  const { direction, probability } = validateOptions(flipOptions, options, 'randomFlip');
  return {
    moves: true,
    apply(image, random) {
      if (random.uniform() >= probability) return image;
      const { channels, rows, columns, data } = image;
      const result = new Float64Array(data.length);
      for (let line = 0; line < channels * rows; line++) {
        for (let column = 0; column < columns; column++) {
          const [row, channel] = [line % rows, Math.floor(line / rows)];
          const source =
            direction === 'horizontal'
              ? line * columns + columns - 1 - column
              : (channel * rows + rows - 1 - row) * columns + column;
          result[line * columns + column] = data[source]!;
        }
      }
      return { ...image, data: result };
    },
  };
}

export interface AffineOptions {
  /** Greatest angle in degrees, either way; 0 if not given. */
  readonly rotate?: number | undefined;
  /** Greatest share of the extent by which an image is shifted, either way; 0 if not given. */
  readonly shift?: number | undefined;
  /** Least and greatest factor; [1, 1] if not given. */
  readonly scale?: readonly [number, number] | undefined;
  /** Greatest angle in degrees by which columns are slanted, either way; 0 if not given. */
  readonly shear?: number | undefined;
  /** What comes in from outside; 0 if not given. */
  readonly fill?: number | undefined;
}

const affineOptions = object({
  rotate: optional(rate, 0),
  shift: optional(rate, 0),
  scale: optional(positives, [1, 1]),
  shear: optional(rate, 0),
  fill: optional(number, 0),
});

/** Turns, shifts, scales and shears an image around its centre, all by random amounts within limits. */
export function randomAffine(options: AffineOptions): Augmentation {
  const { rotate, shift, scale, shear, fill } = validateOptions(affineOptions, options, 'randomAffine');
  return {
    moves: true,
    apply(image, random, interpolation) {
      const both = (limit: number): number => drawBetween(random, [-limit, limit]);
      const angle = both(rotate);
      const [right, down] = [both(shift) * image.columns, both(shift) * image.rows];
      const factor = drawBetween(random, scale);
      const from = affineFrom({ angle, right, down, factor, slant: tangent(both(shear)) });
      return warp(image, from, { interpolation, fill });
    },
  };
}

/** The inverse of: scale, then slant, then turn clockwise by degrees, then shift by pixels. */
export function affineFrom({
  angle = 0,
  right = 0,
  down = 0,
  factor = 1,
  slant = 0,
  slantDown = 0,
}: {
  readonly angle?: number;
  readonly right?: number;
  readonly down?: number;
  readonly factor?: number;
  readonly slant?: number;
  readonly slantDown?: number;
}): Projection {
  const [cosine, sine] = [cosineOfTurns(angle / 360), cosineOfTurns(angle / 360 - 0.25)];
  // [[a, b], [c, d]] = R·S, whose inverse moves a pixel of the result to where it comes from.
  const [a, b] = [factor * (cosine - sine * slantDown), factor * (cosine * slant - sine)];
  const [c, d] = [factor * (sine + cosine * slantDown), factor * (sine * slant + cosine)];
  const determinant = a * d - b * c;
  const [ia, ib, ic, id] = [d / determinant, -b / determinant, -c / determinant, a / determinant];
  return [ia, ib, -(ia * right + ib * down), ic, id, -(ic * right + id * down), 0, 0, 1];
}

function tangent(degrees: number): number {
  return cosineOfTurns(degrees / 360 - 0.25) / cosineOfTurns(degrees / 360);
}

export interface PerspectiveOptions {
  /** Greatest share of half an extent by which a corner moves; ½ if not given. */
  readonly distortion?: number | undefined;
  /** ½ if not given. */
  readonly probability?: number | undefined;
  /** What comes in from outside; 0 if not given. */
  readonly fill?: number | undefined;
}

const perspectiveOptions = object({
  distortion: optional(fraction, 0.5),
  probability: optional(fraction, 0.5),
  fill: optional(number, 0),
});

/** Moves each corner of an image inwards by a random share, with a probability. */
export function randomPerspective(options: PerspectiveOptions = {}): Augmentation {
  const { distortion, probability, fill } = validateOptions(perspectiveOptions, options, 'randomPerspective');
  return {
    moves: true,
    apply(image, random, interpolation) {
      if (random.uniform() >= probability) return image;
      return warp(image, perspectiveFrom(image, distortion, random), { interpolation, fill });
    },
  };
}

/** The projection under which the moved corners meet the corners of the image. */
function perspectiveFrom({ rows, columns }: Image, distortion: number, random: RandomSource): Projection {
  const [x, y] = [(columns - 1) / 2, (rows - 1) / 2];
  const corners = [
    [-x, -y],
    [x, -y],
    [x, y],
    [-x, y],
  ] as const;
  const inwards = (): number => 1 - distortion * random.uniform();
  const equations: number[][] = [];
  const values: number[] = [];
  for (const [cornerX, cornerY] of corners) {
    const [movedX, movedY] = [cornerX * inwards(), cornerY * inwards()];
    equations.push([movedX, movedY, 1, 0, 0, 0, -cornerX * movedX, -cornerX * movedY]);
    equations.push([0, 0, 0, movedX, movedY, 1, -cornerY * movedX, -cornerY * movedY]);
    values.push(cornerX, cornerY);
  }
  const [a = 1, b = 0, c = 0, d = 0, e = 1, f = 0, g = 0, h = 0] = solve(equations, values);
  return [a, b, c, d, e, f, g, h, 1];
}
