import { AdjointError, isAdjointError, type HostTensor } from '@adjoint/core';
import { checkMaxBytes, valueText } from '@adjoint/core/options';
import { hasPngSignature } from 'fast-png';
import jpeg from 'jpeg-js';
import { pngPixels, pngSize } from './png.js';

/** An image as it lies in memory: rows of pixels, whose channels are side by side, each 0 … `most`. */
export interface Pixels {
  readonly data: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey with alpha, 3 colour, 4 colour with alpha. */
  readonly channels: number;
  /** The number of white: 255, or 65535 for 16 bits. */
  readonly most: number;
}

/** Turns the bytes of a file into pixels, which take no more than `maxBytes` bytes. */
export type ImageDecoder = (bytes: Uint8Array, source: string, maxBytes?: number) => Pixels | Promise<Pixels>;

/** An image that is larger is refused, before memory is taken for it. */
export const mostPixels = 100e6;

/**
 * Decodes PNG and JPEG in plain JavaScript, everywhere.
 * @throws AdjointError `FILE_INVALID` for other files, damaged ones, and images of more than 100 megapixels
 */
export async function decodePixels(bytes: Uint8Array, source: string, maxBytes?: number): Promise<Pixels> {
  const isBytes = Object.prototype.toString.call(bytes) === '[object Uint8Array]';
  const isPng = isBytes && hasPngSignature(bytes.subarray(0, 8));
  const isJpeg = isBytes && bytes[0] === 0xff && bytes[1] === 0xd8;
  if (!isPng && !isJpeg)
    throw new AdjointError(
      'FILE_INVALID',
      `${source}: ${isBytes ? 'it is neither PNG nor JPEG' : `the bytes are ${valueText(bytes)}`}; give the bytes of a PNG or JPEG file.`,
    );
  try {
    if (isPng) {
      const size = pngSize(bytes);
      if (!size || size.pixels > mostPixels)
        throw new Error(`it has no size, or one of more than ${mostPixels / 1e6} megapixels`);
      checkMaxBytes(size.rowBytes, maxBytes, source);
      return await pngPixels(bytes, size.rowBytes, source);
    }
    const frame = jpegFrame(bytes);
    checkMaxBytes(frame ? frame.width * frame.height * 3 : 0, maxBytes, source);
    const { data, width, height } = jpeg.decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxResolutionInMP: mostPixels / 1e6,
      maxMemoryUsageInMB: (16 * mostPixels) / 1e6,
    });
    // The decoder repeats grey for each colour.
    const grey = frame?.components === 1;
    const step = data.length / (width * height);
    const planes = grey ? Uint8Array.from({ length: width * height }, (_, i) => data[i * step] ?? 0) : data;
    return { data: planes, width, height, channels: grey ? 1 : step, most: 255 };
  } catch (cause) {
    if (isAdjointError(cause)) throw cause;
    throw new AdjointError(
      'FILE_INVALID',
      `${source}: it cannot be decoded (${cause instanceof Error ? cause.message : String(cause)}); use another copy of the file.`,
      { cause },
    );
  }
}

/** What the frame of a JPEG file says of its pixels. */
function jpegFrame(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 2; at + 9 < bytes.length; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint8(at + 1);
    // C4, C8 and CC are tables and the like, the others begin a frame.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7), components: view.getUint8(at + 9) };
  }
  return undefined;
}

/** How an image is to come. */
export interface ImageForm {
  /** 1 for grey, 3 for colour; as in the file if not given, without alpha. */
  readonly channels?: 1 | 3;
  /** Height and width; as in the file if not given. */
  readonly size?: readonly [height: number, width: number];
}

/**
 * Pixels as float32 `[channels, height, width]` in [0, 1]. Alpha is left out; grey is 0.299 R + 0.587 G + 0.114 B (ITU-R
 * BT.601); sizes are changed with a triangle filter that widens where the image shrinks.
 */
export function imageTensor(pixels: Pixels, { channels: wanted, size }: ImageForm): HostTensor {
  const { data, width, height, channels: stored, most } = pixels;
  const colours = stored >= 3 ? 3 : 1;
  const channels = wanted ?? colours;
  const area = width * height;
  const planes = new Float32Array(channels * area);
  for (let i = 0; i < area; i++) {
    const at = i * stored;
    if (channels === 1)
      planes[i] =
        colours === 1
          ? (data[at] ?? 0) / most
          : (0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0)) / most;
    else for (let c = 0; c < 3; c++) planes[c * area + i] = (data[colours === 1 ? at : at + c] ?? 0) / most;
  }
  const [rows, columns] = size ?? [height, width];
  const across = resampled(planes, { outer: channels * height, length: width, inner: 1 }, columns);
  const whole = resampled(across, { outer: channels, length: height, inner: columns }, rows);
  return { data: whole, shape: [channels, rows, columns], dtype: 'float32' };
}

/** Changes the length of the middle axis of `[outer, length, inner]`. */
function resampled(
  values: Float32Array<ArrayBuffer>,
  { outer, length, inner }: { readonly outer: number; readonly length: number; readonly inner: number },
  wanted: number,
): Float32Array<ArrayBuffer> {
  if (wanted === length) return values;
  const result = new Float32Array(outer * wanted * inner);
  const step = length / wanted;
  const reach = Math.max(1, step);
  for (let i = 0; i < wanted; i++) {
    const centre = (i + 0.5) * step;
    const first = Math.max(0, Math.floor(centre - reach + 0.5));
    const end = Math.min(length, Math.floor(centre + reach + 0.5));
    const weights = Array.from({ length: end - first }, (_, k) =>
      Math.max(0, 1 - Math.abs(first + k + 0.5 - centre) / reach),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    for (let o = 0; o < outer; o++)
      for (let j = 0; j < inner; j++) {
        let value = 0;
        for (let k = 0; k < weights.length; k++) value += weights[k]! * values[(o * length + first + k) * inner + j]!;
        result[(o * wanted + i) * inner + j] = value / sum;
      }
  }
  return result;
}
