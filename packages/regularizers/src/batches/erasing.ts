import { defineRegularizer, where, type HookContext, type RandomSource, type Tensor } from '@adjoint/core';
import { count, documented, fraction, number, object, optional, positive, refine, tuple } from '@adjoint/core/options';
import { boxAround, inBoxes, planeOf } from './boxes.js';

type Box = readonly [top: number, left: number, bottom: number, right: number];

/** Fills one box of each image, which `draw` chooses; an empty one leaves it as it is. */
function erased(
  who: string,
  x: Tensor,
  context: HookContext,
  value: number,
  draw: (random: RandomSource, rows: number, columns: number) => Box,
): Tensor {
  const [size = 0] = x.shape;
  const [rows, columns] = planeOf(who, x.shape);
  const boxes = context.input('boxes', { shape: [size, 4], dtype: 'int32' }, ({ random }) =>
    Int32Array.from(Array.from({ length: size }, () => draw(random, rows, columns)).flat()),
  );
  return where(inBoxes(boxes, rows, columns), value, x);
}

const fill = documented(optional(number, 0), 'What stands in the box.');

/** Fills a square of each image, whose centre is anywhere in it. */
export const cutout = defineRegularizer({
  options: object({ length: documented(optional(count, 8), 'Side of the square in pixels.'), fill }),
  formula: 'x ← 0 in a square of side `length` around a uniform centre',
  source: 'DeVries & Taylor 2017',
  create: ({ length, fill: value }) => ({
    batch: ({ inputs, ...batch }, context) => ({
      ...batch,
      inputs: inputs.map((x) =>
        erased('cutout', x, context, value, (random, rows, columns) =>
          boxAround([random.integer(rows), random.integer(columns)], [length, length], [rows, columns]),
        ),
      ),
    }),
  }),
});

/** With a probability, fills a box of random area and proportion that fits in an image. */
export const randomErasing = defineRegularizer({
  options: object({
    probability: documented(optional(fraction, 0.5), 'That an image is changed.'),
    area: documented(
      optional(
        refine(tuple(fraction, fraction), ([least, most]) => least <= most, 'least and most'),
        [0.02, 0.33],
      ),
      'Least and greatest share of the image.',
    ),
    ratio: documented(
      optional(
        refine(tuple(positive, positive), ([least, most]) => least <= most, 'least and most'),
        [0.3, 3.3],
      ),
      'Least and greatest proportion of height to width.',
    ),
    fill,
  }),
  formula: 'x ← value in a box of height √(S·r) and width √(S/r), S ~ U(area), r ~ logU(ratio)',
  source: 'Zhong et al. 2020, algorithm 1',
  create: ({ probability, area, ratio, fill: value }) => ({
    batch: ({ inputs, ...batch }, context) => ({
      ...batch,
      inputs: inputs.map((x) =>
        erased('randomErasing', x, context, value, (random, rows, columns) => {
          if (random.uniform() >= probability) return [0, 0, 0, 0];
          for (let attempt = 0; attempt < 10; attempt++) {
            const size = rows * columns * between(random, area);
            const proportion = ratio[0] * (ratio[1] / ratio[0]) ** random.uniform();
            const [height, width] = [
              Math.round(Math.sqrt(size * proportion)),
              Math.round(Math.sqrt(size / proportion)),
            ];
            if (height >= rows || width >= columns) continue;
            const [top, left] = [random.integer(rows - height + 1), random.integer(columns - width + 1)];
            return [top, left, top + height, left + width];
          }
          return [0, 0, 0, 0];
        }),
      ),
    }),
  }),
});

function between(random: RandomSource, [least, most]: readonly [number, number]): number {
  return least + random.uniform() * (most - least);
}
