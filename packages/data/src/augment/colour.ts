import { cosineOfTurns } from '@adjoint/core';
import { between, fraction, object, optional, validateOptions } from '@adjoint/core/options';
import { drawBetween, mapPixels, type Augmentation, type Image } from './augment.js';
import { positives } from './options.js';

// Changes of values. Pictures hold numbers in [0, 1]; the results do, too.

const within = (value: number): number => Math.min(Math.max(value, 0), 1);

/** Luminance of a picture of three channels (ITU-R BT.601); of others the mean of the channels. */
function grey({ data, channels, rows, columns }: Image): Float64Array {
  const plane = rows * columns;
  const weights = channels === 3 ? [0.299, 0.587, 0.114] : new Array<number>(channels).fill(1 / channels);
  return new Float64Array(plane).map((_, i) =>
    weights.reduce((sum, weight, channel) => sum + weight * data[channel * plane + i]!, 0),
  );
}

/** base + factor·(image − base): 0 gives the base, 1 the image, more than 1 goes beyond it. */
function blended(image: Image, base: (index: number) => number, factor: number): Image {
  return mapPixels(image, (value, i) => within(base(i) + factor * (value - base(i))));
}

export function withBrightness(image: Image, factor: number): Image {
  return blended(image, () => 0, factor);
}

/** Towards or away from the mean luminance. */
export function withContrast(image: Image, factor: number): Image {
  const values = grey(image);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return blended(image, () => mean, factor);
}

/** Towards or away from the luminance of each pixel. */
export function withSaturation(image: Image, factor: number): Image {
  const values = grey(image);
  return blended(image, (i) => values[i % values.length]!, factor);
}

/** Towards or away from a smoothed picture (3 × 3, the pixel five times, inner pixels alone), as PIL's sharpness. */
export function withSharpness(image: Image, factor: number): Image {
  const { rows, columns, data } = image;
  const smooth = data.map((value, i) => {
    const [row, column] = [Math.floor(i / columns) % rows, i % columns];
    if (row === 0 || column === 0 || row === rows - 1 || column === columns - 1) return value;
    let sum = 4 * value;
    for (const down of [-1, 0, 1]) for (const right of [-1, 0, 1]) sum += data[i + down * columns + right]!;
    return sum / 13;
  });
  return blended(image, (i) => smooth[i]!, factor);
}

/** Each channel stretched to [0, 1]. */
export function withAutoContrast(image: Image): Image {
  return perChannel(image, (values) => {
    const low = values.reduce((least, value) => Math.min(least, value), Infinity);
    const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
    return high > low ? values.map((value) => (value - low) / (high - low)) : values;
  });
}

/** Each channel with all of 256 levels about equally often. */
export function withEqualization(image: Image): Image {
  return perChannel(image, (values) => {
    const counts = new Float64Array(256);
    const levels = values.map((value) => Math.round(within(value) * 255));
    for (const level of levels) counts[level]!++;
    const last = counts.findLast((count) => count > 0) ?? 0;
    const step = Math.floor((values.length - last) / 255);
    if (step === 0) return values;
    let below = Math.floor(step / 2);
    const table = counts.map((count) => {
      const level = Math.min(255, Math.floor(below / step));
      below += count;
      return level / 255;
    });
    return values.map((_, i) => table[levels[i]!]!);
  });
}

/** The highest bits of 8 alone. */
export function withPosterization(image: Image, bits: number): Image {
  const step = 2 ** (8 - bits);
  return mapPixels(image, (value) => (Math.floor(Math.round(within(value) * 255) / step) * step) / 255);
}

/** Values from a threshold on inverted. */
export function withSolarization(image: Image, threshold: number): Image {
  return mapPixels(image, (value) => (value >= threshold ? 1 - value : value));
}

/** Hue turned by a share of the circle, in YIQ's plane of colours; for pictures of three channels. */
export function withHue(image: Image, turn: number): Image {
  if (image.channels !== 3 || turn === 0) return image;
  const [cosine, sine] = [cosineOfTurns(turn), cosineOfTurns(turn - 0.25)];
  const plane = image.rows * image.columns;
  const data = new Float64Array(image.data.length);
  for (let i = 0; i < plane; i++) {
    const [r, g, b] = [image.data[i]!, image.data[plane + i]!, image.data[2 * plane + i]!];
    const y = 0.299 * r + 0.587 * g + 0.114 * b;
    const p = 0.595_716 * r - 0.274_453 * g - 0.321_263 * b;
    const q = 0.211_456 * r - 0.522_591 * g + 0.311_135 * b;
    const [u, v] = [p * cosine - q * sine, p * sine + q * cosine];
    data[i] = within(y + 0.9563 * u + 0.621 * v);
    data[plane + i] = within(y - 0.2721 * u - 0.6474 * v);
    data[2 * plane + i] = within(y - 1.107 * u + 1.7046 * v);
  }
  return { ...image, data };
}

function perChannel(image: Image, map: (values: Float64Array) => Float64Array): Image {
  const plane = image.rows * image.columns;
  const data = new Float64Array(image.data.length);
  for (let channel = 0; channel < image.channels; channel++)
    data.set(map(image.data.slice(channel * plane, (channel + 1) * plane)), channel * plane);
  return { ...image, data };
}

export interface ColourOptions {
  /** Each factor is drawn from [1 − limit, 1 + limit]; 0 if not given. */
  readonly brightness?: number | undefined;
  readonly contrast?: number | undefined;
  readonly saturation?: number | undefined;
  /** Greatest share of the circle of colours, either way, at most ½; 0 if not given. */
  readonly hue?: number | undefined;
}

const colourOptions = object({
  brightness: optional(fraction, 0),
  contrast: optional(fraction, 0),
  saturation: optional(fraction, 0),
  hue: optional(between(0, 0.5), 0),
});

/** Changes brightness, contrast, saturation and hue by random amounts within limits, in this order. */
export function randomColour(options: ColourOptions): Augmentation {
  const { brightness, contrast, saturation, hue } = validateOptions(colourOptions, options, 'randomColour');
  return {
    moves: false,
    apply(image, random) {
      const factor = (limit: number): number => drawBetween(random, [1 - limit, 1 + limit]);
      const factors = [factor(brightness), factor(contrast), factor(saturation)] as const;
      const turn = drawBetween(random, [-hue, hue]);
      const steps = [withBrightness, withContrast, withSaturation] as const;
      const changed = steps.reduce(
        (current, step, i) => (factors[i] === 1 ? current : step(current, factors[i]!)),
        image,
      );
      return withHue(changed, turn);
    },
  };
}

export interface BlurOptions {
  /** Least and greatest deviation in pixels; [0.1, 2] if not given. */
  readonly deviation?: readonly [number, number] | undefined;
  /** ½ if not given. */
  readonly probability?: number | undefined;
}

const blurOptions = object({ deviation: optional(positives, [0.1, 2]), probability: optional(fraction, 0.5) });

/** Blurs by a Gaussian of a random deviation, with a probability; edges are repeated. */
export function randomBlur(options: BlurOptions = {}): Augmentation {
  const { deviation, probability } = validateOptions(blurOptions, options, 'randomBlur');
  return {
    moves: false,
    apply: (image, random) => (random.uniform() < probability ? blurred(image, drawBetween(random, deviation)) : image),
  };
}

/** Rows, then columns, against a Gaussian cut off at three deviations. */
export function blurred(image: Image, deviation: number): Image {
  const reach = Math.max(1, Math.ceil(3 * deviation));
  const taps = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * deviation ** 2)));
  const sum = taps.reduce((total, tap) => total + tap, 0);
  const along = (data: Float64Array, extent: number, stride: number): Float64Array =>
    data.map((_, i) => {
      const place = Math.floor(i / stride) % extent;
      return taps.reduce((total, tap, j) => {
        const other = Math.min(Math.max(place + j - reach, 0), extent - 1);
        return total + (tap / sum) * data[i + (other - place) * stride]!;
      }, 0);
    });
  return { ...image, data: along(along(image.data, image.columns, 1), image.rows, image.columns) };
}
