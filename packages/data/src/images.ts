/** Images in PNG and JPEG; an entry of its own, so that the decoders are only loaded where they are used. */
import { AdjointError, type HostTensor } from '@adjoint/core';
import {
  checkMaxBytes,
  custom,
  maxBytesOption,
  optional,
  schemaOf,
  string,
  validateOptions,
} from '@adjoint/core/options';
import { decodePixels, imageTensor, type ImageDecoder, type ImageForm, type Pixels } from './image/image.js';

export type { ImageDecoder, ImageForm, Pixels };

export interface ImageOptions extends ImageForm {
  /** What decodes; in browsers what the browser has, elsewhere plain JavaScript, if not given. */
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
  const {
    decoder = browserDecoder() ?? decodePixels,
    source = 'image',
    maxBytes,
    ...form
  } = validateOptions(imageOptions, options, 'decodeImage');
  return imageTensor(await decoder(bytes, source, maxBytes), form as ImageForm);
}

/** What browsers decode with, where there is one. Colours are taken as they are stored. */
function browserDecoder(): ImageDecoder | undefined {
  if (typeof createImageBitmap !== 'function' || typeof OffscreenCanvas !== 'function') return undefined;
  return async (bytes, source, maxBytes) => {
    const bitmap = await createImageBitmap(new Blob([bytes.slice()]), {
      colorSpaceConversion: 'none',
      premultiplyAlpha: 'none',
      imageOrientation: 'none' as ImageOrientation,
    }).catch((cause: unknown) => {
      throw new AdjointError('FILE_INVALID', `${source}: the browser cannot decode it; use another copy of the file.`, {
        cause,
      });
    });
    const { width, height } = bitmap;
    checkMaxBytes(width * height * 4, maxBytes, source);
    const context = new OffscreenCanvas(width, height).getContext('2d');
    if (!context) return decodePixels(bytes, source, maxBytes);
    context.drawImage(bitmap, 0, 0);
    return { data: context.getImageData(0, 0, width, height).data, width, height, channels: 4, most: 255 };
  };
}
