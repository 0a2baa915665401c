import { AdjointError, type HostTensor } from 'adjoint';

/** Pixels to draw: four bytes each (red, green, blue, opacity), row by row. */
export interface Sheet {
  readonly width: number;
  readonly height: number;
  /** The largest magnitude of the numbers. */
  readonly most: number;
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
}

/** More maps than this are not shown. */
const mostColumns = 16;
const mostRows = 16;

/**
 * Maps beside and below each other, with a pixel between: [columns, rows, height, width], such as filters with their
 * channels, or [maps, height, width] in one row. The largest magnitude is painted as ±1, full red or blue if not otherwise.
 * @throws AdjointError `SHAPE_MISMATCH` for other shapes
 */
export function sheetOf({ data, shape }: HostTensor, paint = colour): Sheet {
  const [across, down, height, width] = shape.length === 3 ? [shape[0], 1, shape[1], shape[2]] : shape;
  if (shape.length < 3 || shape.length > 4 || !across || !down || !height || !width)
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `sheet: found [${shape.join(', ')}]; give [maps, height, width] or [columns, rows, height, width].`,
    );
  const columns = Math.min(across, mostColumns);
  const rows = Math.min(down, mostRows);
  const sheet = {
    width: columns * (width + 1) - 1,
    height: rows * (height + 1) - 1,
  };
  const pixels = new Uint8ClampedArray(sheet.width * sheet.height * 4);
  const most = largest(data);
  for (let column = 0; column < columns; column++)
    for (let row = 0; row < rows; row++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const value = Number(data[((column * down + row) * height + y) * width + x]);
          const place = (row * (height + 1) + y) * sheet.width + column * (width + 1) + x;
          pixels.set(paint(value / (most || 1)), place * 4);
        }
  return { ...sheet, most, pixels };
}

/** Red, green, blue, opacity. */
type Colour = [number, number, number, number];

/** A colour for a value from −1 (blue) over 0 (white) to 1 (red). */
export function colour(value: number): Colour {
  const faded = Math.round(255 * (1 - Math.min(1, Math.abs(value))));
  return value < 0 ? [faded, faded, 255, 255] : [255, faded, faded, 255];
}

/** From 0 (paper) to 1 (ink). */
export function ink(value: number): Colour {
  const grey = Math.round(255 * (1 - value));
  return [grey, grey, grey, 255];
}

function largest(data: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < data.length; i++) most = Math.max(most, Math.abs(data[i]!));
  return most;
}
