import type { Image, Interpolation } from './augment.js';

/** A projective map of the plane, row by row: (x, y, 1) ↦ (x′, y′, w)/w. */
export type Projection = readonly [number, number, number, number, number, number, number, number, number];

/**
 * The image in which each pixel holds what stands at its place under `from`, which maps coordinates (column, row) relative to
 * the centre of the result to such of the image; `fill` where that lies outside.
 */
export function warp(
  image: Image,
  from: Projection,
  { interpolation, fill }: { readonly interpolation: Interpolation; readonly fill: number },
): Image {
  const { channels, rows, columns, data } = image;
  const [centreRow, centreColumn] = [(rows - 1) / 2, (columns - 1) / 2];
  const result = new Float64Array(data.length);
  const plane = rows * columns;
  const pixel = (channel: number, row: number, column: number): number =>
    row >= 0 && row < rows && column >= 0 && column < columns ? data[channel * plane + row * columns + column]! : fill;
  const sample = interpolation === 'nearest' ? nearest : bilinear;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [x, y] = [column - centreColumn, row - centreRow];
      const w = from[6] * x + from[7] * y + from[8];
      const sourceColumn = (from[0] * x + from[1] * y + from[2]) / w + centreColumn;
      const sourceRow = (from[3] * x + from[4] * y + from[5]) / w + centreRow;
      for (let channel = 0; channel < channels; channel++)
        result[channel * plane + row * columns + column] = sample(
          (r, c) => pixel(channel, r, c),
          sourceRow,
          sourceColumn,
        );
    }
  }
  return { ...image, data: result };
}

type Pixel = (row: number, column: number) => number;

function nearest(pixel: Pixel, row: number, column: number): number {
  return pixel(Math.round(row), Math.round(column));
}

function bilinear(pixel: Pixel, row: number, column: number): number {
  const [top, left] = [Math.floor(row), Math.floor(column)];
  const [down, right] = [row - top, column - left];
  let total = 0;
  for (const [r, weight] of [
    [top, 1 - down],
    [top + 1, down],
  ] as const) {
    if (weight === 0) continue;
    if (right < 1) total += weight * (1 - right) * pixel(r, left);
    if (right > 0) total += weight * right * pixel(r, left + 1);
  }
  return total;
}
