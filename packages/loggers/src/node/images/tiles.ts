import type { HostTensor, Shape } from '@adjoint/core';
import type { Pixels } from './png.js';

/** Whether examples of this shape, [channels, height, width], can be shown: grey or in three colors. */
export function isImage(shape: Shape | readonly (number | null)[]): boolean {
  return shape.length === 3 && (shape[0] === 1 || shape[0] === 3) && shape.every((extent) => extent !== null);
}

/** One of some images [count, channels, height, width], its least value black and its greatest white. */
export function imageAt({ data, shape }: HostTensor, index: number): Pixels {
  const [, channels = 1, height = 1, width = 1] = shape;
  const size = channels * height * width;
  const values = data.subarray(index * size, (index + 1) * size);
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const scale = high > low ? 255 / (high - low) : 0;
  const pixels = new Uint8Array(size);
  for (let c = 0; c < channels; c++)
    for (let i = 0; i < height * width; i++)
      pixels[i * channels + c] = Math.round((values[c * height * width + i]! - low) * scale);
  return { width, height, channels: channels === 3 ? 3 : 1, data: pixels };
}

/** The first images side by side, in a square as far as that goes, with a black line between them, magnified. */
export function tiled(images: HostTensor, { most = 64, scale = 1 } = {}): Pixels {
  const count = Math.min(most, images.shape[0] ?? 0);
  const columns = Math.ceil(Math.sqrt(count));
  const rows = Math.ceil(count / Math.max(columns, 1));
  const first = imageAt(images, 0);
  const [width, height] = [columns * (first.width * scale + 1) - 1, rows * (first.height * scale + 1) - 1];
  const data = new Uint8Array(width * height * first.channels);
  for (let n = 0; n < count; n++) {
    const image = imageAt(images, n);
    const left = (n % columns) * (image.width * scale + 1);
    const top = Math.floor(n / columns) * (image.height * scale + 1);
    for (let y = 0; y < image.height * scale; y++)
      for (let x = 0; x < image.width * scale; x++) {
        const from = (Math.floor(y / scale) * image.width + Math.floor(x / scale)) * image.channels;
        const to = ((top + y) * width + left + x) * image.channels;
        for (let c = 0; c < image.channels; c++) data[to + c] = image.data[from + c]!;
      }
  }
  return { width, height, channels: first.channels, data };
}
