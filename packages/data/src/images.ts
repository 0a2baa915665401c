/** Images in PNG and JPEG; an entry of its own, so that the decoders are only loaded where they are used. */
import type { HostTensor } from '@adjoint/core';
import { custom, maxBytesOption, optional, schemaOf, string, validateOptions } from '@adjoint/core/options';
import { decodePixels, imageTensor, type ImageDecoder, type ImageForm, type Pixels } from './image/image.js';

export type { ImageDecoder, ImageForm, Pixels };

export interface ImageOptions extends ImageForm {
  /** What decodes; plain JavaScript, which gives the same numbers everywhere, if not given. */
  readonly decoder?: ImageDecoder;
  /** Names the image in errors, a path or an address. */
  readonly source?: string;
  /** Bytes that the decoded pixels may take; those of 100 megapixels if not given. A `decoder` of your own is told it. */
  readonly maxBytes?: number;
}

export const imageFields = {
  channels: optional(custom<1 | 3>((value) => value === 1 || value === 3, '1 for grey or 3 for colour')),
  size: optional(
    custom<readonly [number, number]>(
      (value) =>
        Array.isArray(value) && value.length === 2 && value.every((extent) => Number.isInteger(extent) && extent >= 1),
      '[height, width], whole numbers ≥ 1',
    ),
  ),
  decoder: optional(custom<ImageDecoder>((value) => typeof value === 'function', 'a function from bytes to pixels')),
  maxBytes: maxBytesOption,
};

const imageOptions = schemaOf<ImageOptions>({ ...imageFields, source: optional(string) });

/**
 * An image in PNG or JPEG as float32 `[channels, height, width]` in [0, 1].
 * @throws AdjointError `FILE_INVALID` for other files, damaged ones, and images of more than 100 megapixels
 */
export async function decodeImage(bytes: Uint8Array, options: ImageOptions = {}): Promise<HostTensor> {
  const settled = validateOptions(imageOptions, options, 'decodeImage');
  const { decoder = decodePixels, source = 'image', maxBytes, ...form } = settled;
  return imageTensor(await decoder(bytes, source, maxBytes), form as ImageForm);
}
