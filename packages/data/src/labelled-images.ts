import { AdjointError, formatShape } from '@adjoint/core';
import { dataset, type ArrayDataset } from './array-dataset.js';
import type { IdxArray } from './idx.js';

/** A part to learn from and a part to test on. */
export interface TrainAndTest {
  readonly train: ArrayDataset;
  readonly test: ArrayDataset;
}

/**
 * Joins images (bytes, `[N, height, width]`) and labels (bytes, `[N]`), as MNIST and its successors store them, to a dataset with
 * float32 images `[N, 1, height, width]` scaled to [0, 1] and int32 labels `[N]`.
 * @throws AdjointError `FILE_INVALID`, naming `source`, if they are not of this form
 */
export function labelledImages(images: IdxArray, labels: IdxArray, source: string): ArrayDataset {
  for (const array of [images, labels])
    if (!ArrayBuffer.isView(array?.data) || !Array.isArray(array.shape))
      throw new AdjointError('FILE_INVALID', `${source}: expected arrays { data, shape } as readIdx gives them.`);
  const [count, height, width] = images.shape;
  if (!(images.data instanceof Uint8Array) || images.shape.length !== 3) {
    throw new AdjointError(
      'FILE_INVALID',
      `${source}: expected images as bytes of shape [N, height, width], found ${images.data.constructor.name} of shape ${formatShape(images.shape)}.`,
    );
  }
  if (!(labels.data instanceof Uint8Array) || labels.shape.length !== 1 || labels.shape[0] !== count) {
    throw new AdjointError(
      'FILE_INVALID',
      `${source}: expected ${count} labels as bytes of shape [${count}], found ${labels.data.constructor.name} of shape ${formatShape(labels.shape)}.`,
    );
  }
  const pixels = new Float32Array(images.data.length);
  for (let i = 0; i < pixels.length; i++) pixels[i] = images.data[i]! / 255;
  return dataset({
    inputs: { data: pixels, shape: [count!, 1, height!, width!] },
    targets: { data: Int32Array.from(labels.data) },
  });
}
