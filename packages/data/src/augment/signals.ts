import { AdjointError, allocateArray, formatShape, isFloat, type RandomSource } from '@adjoint/core';
import type { TensorTransform } from '../transform.js';
import { checkOptions, drawBetween } from './augment.js';

/** A signal, [channels, time], or a spectrogram, [frequencies, time]; changed in place. */
interface Signal {
  readonly data: Float64Array;
  readonly channels: number;
  readonly time: number;
}

/** A random change of a signal. */
export type SignalAugmentation = (signal: Signal, random: RandomSource) => void;

/**
 * Changes each signal as it is read, [channels, time] of floats, by augmentations one after the other. What is drawn belongs
 * to the seed of the run, the epoch and the example.
 * @example transform(train, { inputs: augmentSignal([timeShift({ limit: 0.1 }), randomGain()]) })
 */
export function augmentSignal(augmentations: readonly SignalAugmentation[]): TensorTransform {
  return {
    type(example) {
      if (example.shape.length === 2 && isFloat(example.dtype)) return example;
      throw new AdjointError(
        'SHAPE_MISMATCH',
        `augmentSignal: takes float signals [channels, time], not ${example.dtype} ${formatShape(example.shape)}.`,
      );
    },
    apply({ data, shape, dtype }, { examples, random }) {
      const [, channels = 1, time = 1] = shape;
      const size = channels * time;
      const result = allocateArray(dtype, data.length);
      examples.forEach((example, i) => {
        const source = random(example);
        const signal = { data: Float64Array.from(data.subarray(i * size, (i + 1) * size)), channels, time };
        augmentations.forEach((step, place) => step(signal, source.child(String(place))));
        result.set(signal.data, i * size);
      });
      return { data: result, shape, dtype };
    },
  };
}

const isShare = (value: number): boolean => value >= 0 && value <= 1;

/** Reads a signal at other times: `from(t)` is the time, perhaps between two samples or outside, where 0 stands. */
function resample({ data, channels, time }: Signal, from: (t: number) => number): void {
  for (let channel = 0; channel < channels; channel++) {
    const row = data.slice(channel * time, (channel + 1) * time);
    for (let t = 0; t < time; t++) {
      const place = from(t);
      const [before, share] = [Math.floor(place), place - Math.floor(place)];
      const [a = 0, b = 0] = [row[before], row[before + 1]];
      data[channel * time + t] = share === 0 ? a : (1 - share) * a + share * b;
    }
  }
}

/** Shifts by a whole number of samples, up to a share of the length either way; zeros come in, or the other end. */
export function timeShift({
  limit = 0.1,
  wrap = false,
}: { readonly limit?: number; readonly wrap?: boolean } = {}): SignalAugmentation {
  checkOptions('timeShift: limit', 'a number in [0, 1]', isShare, limit);
  return (signal, random) => {
    const { time } = signal;
    const by = Math.round(drawBetween(random, [-limit, limit]) * time);
    resample(signal, (t) => (wrap ? (((t - by) % time) + time) % time : t - by));
  };
}

/** Plays faster or slower by a random factor around the middle; zeros stand where nothing is left. */
export function timeScale({
  factor = [0.9, 1.1],
}: { readonly factor?: readonly [number, number] } = {}): SignalAugmentation {
  checkOptions('timeScale: factor', 'positive numbers', (value) => value > 0, ...factor);
  return (signal, random) => {
    const middle = (signal.time - 1) / 2;
    const speed = drawBetween(random, factor);
    resample(signal, (t) => middle + (t - middle) * speed);
  };
}

/** Multiplies a signal by a random factor. */
export function randomGain({
  factor = [0.8, 1.25],
}: { readonly factor?: readonly [number, number] } = {}): SignalAugmentation {
  checkOptions('randomGain: factor', 'numbers ≥ 0', (value) => value >= 0, ...factor);
  return ({ data }, random) => {
    const gain = drawBetween(random, factor);
    data.forEach((value, i) => (data[i] = value * gain));
  };
}

export interface MaskOptions {
  /** Number of bands; 2 if not given. */
  readonly count?: number;
  /** Greatest width of a band as a share of the axis; 0.2 if not given. */
  readonly limit?: number;
  /** What stands in a band; 0 if not given. */
  readonly fill?: number;
}

/** Fills random stretches of time. */
export function timeMask({ count = 2, limit = 0.2, fill = 0 }: MaskOptions = {}): SignalAugmentation {
  checkOptions('timeMask: limit', 'a number in [0, 1]', isShare, limit);
  return ({ data, channels, time }, random) =>
    bands(random, count, limit, time, (t) => {
      for (let channel = 0; channel < channels; channel++) data[channel * time + t] = fill;
    });
}

/** Fills random bands of channels, or of a spectrogram's frequencies. */
export function channelMask({ count = 2, limit = 0.2, fill = 0 }: MaskOptions = {}): SignalAugmentation {
  checkOptions('channelMask: limit', 'a number in [0, 1]', isShare, limit);
  return ({ data, channels, time }, random) =>
    bands(random, count, limit, channels, (channel) => {
      data.fill(fill, channel * time, (channel + 1) * time);
    });
}

/**
 * Masks of times and of frequencies on spectrograms [frequencies, time] (Park et al. 2019, without the warping of time, which
 * the paper found to matter least).
 */
export function specAugment({
  times = {},
  frequencies = {},
}: { readonly times?: MaskOptions; readonly frequencies?: MaskOptions } = {}): SignalAugmentation {
  const [maskTimes, maskFrequencies] = [timeMask(times), channelMask(frequencies)];
  return (signal, random) => {
    maskTimes(signal, random.child('times'));
    maskFrequencies(signal, random.child('frequencies'));
  };
}

/** Visits the places of some random bands: widths 0 … limit·extent, anywhere within the axis. */
function bands(
  random: RandomSource,
  count: number,
  limit: number,
  extent: number,
  visit: (place: number) => void,
): void {
  for (let band = 0; band < count; band++) {
    const width = random.integer(Math.floor(limit * extent) + 1);
    const start = random.integer(extent - width + 1);
    for (let place = start; place < start + width; place++) visit(place);
  }
}
