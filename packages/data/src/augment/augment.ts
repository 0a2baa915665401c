import {
  AdjointError,
  allocateArray,
  formatShape,
  isFloat,
  sizeOf,
  type ExampleType,
  type RandomSource,
  type Shape,
} from '@adjoint/core';
import type { TensorTransform } from '../transform.js';

/** One image, [channels, rows, columns], row by row. */
export interface Image {
  readonly data: Float64Array;
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;
}

/** How a value between pixels is found: the nearest pixel for masks and class numbers, bilinear for pictures. */
export type Interpolation = 'nearest' | 'bilinear';

/** A random change of an image. */
export interface Augmentation {
  /** Whether places move, which a mask of the image has to follow, or only values change. */
  readonly moves: boolean;
  /** Rows and columns afterwards; the same if not given. Throws an AdjointError where an image does not fit. */
  size?(rows: number, columns: number): readonly [rows: number, columns: number];
  /** The changed image; depends on nothing but its arguments. */
  apply(image: Image, random: RandomSource, interpolation: Interpolation): Image;
}

/**
 * Changes each image as it is read, [channels, rows, columns] of floats, by augmentations one after the other. What is drawn
 * belongs to the seed of the run, the epoch and the example, so that a resumed run sees the same images.
 * @example transform(train, { inputs: augment([randomCrop({ padding: 4 }), randomFlip()]) })
 */
export function augment(augmentations: readonly Augmentation[]): TensorTransform {
  return imageTransform(augmentations, 'bilinear', (example) => {
    if (isFloat(example.dtype)) return;
    throw new AdjointError(
      'DTYPE_MISMATCH',
      `augment: images are float32 or float64, not ${example.dtype}; masks take augmentMask().`,
    );
  });
}

/**
 * Moves masks, [channels, rows, columns] or [rows, columns] of any dtype, as `augment` with the same augmentations moves the
 * images of the same examples: with the same draws, the nearest pixel, and without what changes values alone.
 * @example transform(data, { inputs: augment(steps), targets: augmentMask(steps) })
 */
export function augmentMask(augmentations: readonly Augmentation[]): TensorTransform {
  return imageTransform(augmentations, 'nearest', () => {});
}

function imageTransform(
  augmentations: readonly Augmentation[],
  interpolation: Interpolation,
  check: (example: ExampleType) => void,
): TensorTransform {
  return {
    type(example) {
      check(example);
      const [channels, ...plane] = imageShape(example.shape);
      const size = augmentations.reduce<readonly [number, number]>(
        ([rows, columns], step) => step.size?.(rows, columns) ?? [rows, columns],
        plane,
      );
      return { shape: example.shape.length === 2 ? size : [channels, ...size], dtype: example.dtype };
    },
    apply({ data, shape, dtype }, { examples, random }) {
      const [channels, rows, columns] = imageShape(shape.slice(1));
      const size = channels * rows * columns;
      const images = Array.from(examples, (example, i) => {
        const source = random(example);
        const pixels = Float64Array.from(data.subarray(i * size, (i + 1) * size));
        return augmentations.reduce<Image>(
          (image, step, place) =>
            interpolation === 'bilinear' || step.moves
              ? // Each step has numbers of its own, so that a mask meets the same ones without the steps in between.
                step.apply(image, source.child(String(place)), interpolation)
              : image,
          { data: pixels, channels, rows, columns },
        );
      });
      const { rows: newRows, columns: newColumns } = images[0] ?? { rows, columns };
      const result = allocateArray(dtype, images.length * channels * newRows * newColumns);
      images.forEach((image, i) => result.set(image.data, i * image.data.length));
      const plane = [newRows, newColumns];
      return { data: result, shape: [images.length, ...(shape.length === 3 ? plane : [channels, ...plane])], dtype };
    },
  };
}

/** [channels, rows, columns] of an example; a plane has one channel. */
function imageShape(shape: Shape): [channels: number, rows: number, columns: number] {
  if (shape.length === 2) return [1, shape[0]!, shape[1]!];
  if (shape.length === 3 && sizeOf(shape) > 0) return [shape[0]!, shape[1]!, shape[2]!];
  throw new AdjointError(
    'SHAPE_MISMATCH',
    `augment: takes images [channels, rows, columns], not ${formatShape(shape)}.`,
  );
}

/** The same image with other values. */
export function mapPixels(image: Image, map: (value: number, index: number) => number): Image {
  return { ...image, data: image.data.map(map) };
}

/** A number drawn uniformly from an interval. */
export function drawBetween(random: RandomSource, [low, high]: readonly [number, number]): number {
  return low + random.uniform() * (high - low);
}
