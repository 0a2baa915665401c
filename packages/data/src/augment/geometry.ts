import { AdjointError, cosineOfTurns, type RandomSource } from '@adjoint/core';
import { checkOptions, drawBetween, type Augmentation, type Image } from './augment.js';
import { solve } from './solve.js';
import { warp, type Projection } from './warp.js';

const isShare = (value: number): boolean => value >= 0 && value <= 1;
const isNotNegative = (value: number): boolean => value >= 0 && Number.isFinite(value);

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

/**
 * A rectangle of the image at a random place, after a margin was put around it (He et al. 2016, section 4.2: padding 4).
 * @param options.size rows and columns of the rectangle; those of the image if not given
 * @param options.padding pixels of margin on each side; 0 if not given
 */
export function randomCrop({
  size,
  padding = 0,
  fill = 0,
}: {
  readonly size?: readonly [number, number];
  readonly padding?: number;
  readonly fill?: number;
} = {}): Augmentation {
  checkOptions('randomCrop: padding', 'a whole number ≥ 0', (value) => Number.isInteger(value) && value >= 0, padding);
  if (size)
    checkOptions('randomCrop: size', 'whole numbers ≥ 1', (value) => Number.isInteger(value) && value >= 1, ...size);
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

/** Mirrors an image with a probability, ½ if not given. Not for digits and letters. */
export function randomFlip({
  direction = 'horizontal',
  probability = 0.5,
}: { readonly direction?: 'horizontal' | 'vertical'; readonly probability?: number } = {}): Augmentation {
  checkOptions('randomFlip: probability', 'a number in [0, 1]', isShare, probability);
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
  readonly rotate?: number;
  /** Greatest share of the extent by which an image is shifted, either way; 0 if not given. */
  readonly shift?: number;
  /** Least and greatest factor; [1, 1] if not given. */
  readonly scale?: readonly [number, number];
  /** Greatest angle in degrees by which columns are slanted, either way; 0 if not given. */
  readonly shear?: number;
  /** What comes in from outside; 0 if not given. */
  readonly fill?: number;
}

/** Turns, shifts, scales and shears an image around its centre, all by random amounts within limits. */
export function randomAffine({
  rotate = 0,
  shift = 0,
  scale = [1, 1],
  shear = 0,
  fill = 0,
}: AffineOptions): Augmentation {
  checkOptions('randomAffine: rotate, shift and shear', 'numbers ≥ 0', isNotNegative, rotate, shift, shear);
  checkOptions('randomAffine: scale', 'positive numbers', (value) => value > 0, ...scale);
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

/** Moves each corner of an image inwards by a random share, up to half of `distortion`, with a probability. */
export function randomPerspective({
  distortion = 0.5,
  probability = 0.5,
  fill = 0,
}: { readonly distortion?: number; readonly probability?: number; readonly fill?: number } = {}): Augmentation {
  checkOptions('randomPerspective: distortion and probability', 'numbers in [0, 1]', isShare, distortion, probability);
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
