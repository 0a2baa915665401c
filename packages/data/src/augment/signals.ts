import { AdjointError, allocateArray, formatShape, isFloat, type RandomSource } from '@adjoint/core';
import type { TensorTransform } from '../transform.js';
import { boolean, count, fraction, number, object, optional, validateOptions } from '@adjoint/core/options';
import { drawBetween } from './augment.js';
import { notNegatives, positives } from './options.js';

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

export interface TimeShiftOptions {
  /** Greatest share of the length, either way; 0.1 if not given. */
  readonly limit?: number | undefined;
  /** Whether the other end comes in, instead of zeros. */
  readonly wrap?: boolean | undefined;
}

const timeShiftOptions = object({ limit: optional(fraction, 0.1), wrap: optional(boolean, false) });

/** Shifts by a whole number of samples; zeros come in, or the other end. */
export function timeShift(options: TimeShiftOptions = {}): SignalAugmentation {
  const { limit, wrap } = validateOptions(timeShiftOptions, options, 'timeShift');
  return (signal, random) => {
    const { time } = signal;
    const by = Math.round(drawBetween(random, [-limit, limit]) * time);
    resample(signal, (t) => (wrap ? (((t - by) % time) + time) % time : t - by));
  };
}

export interface FactorOptions {
  /** Least and greatest factor. */
  readonly factor?: readonly [number, number] | undefined;
}

const timeScaleOptions = object({ factor: optional(positives, [0.9, 1.1]) });

/** Plays faster or slower by a factor, [0.9, 1.1] if not given, around the middle; zeros stand where nothing is left. */
export function timeScale(options: FactorOptions = {}): SignalAugmentation {
  const { factor } = validateOptions(timeScaleOptions, options, 'timeScale');
  return (signal, random) => {
    const middle = (signal.time - 1) / 2;
    const speed = drawBetween(random, factor);
    resample(signal, (t) => middle + (t - middle) * speed);
  };
}

const gainOptions = object({ factor: optional(notNegatives, [0.8, 1.25]) });

/** Multiplies a signal by a random factor, [0.8, 1.25] if not given. */
export function randomGain(options: FactorOptions = {}): SignalAugmentation {
  const { factor } = validateOptions(gainOptions, options, 'randomGain');
  return ({ data }, random) => {
    const gain = drawBetween(random, factor);
    data.forEach((value, i) => (data[i] = value * gain));
  };
}

export interface MaskOptions {
  /** Number of bands; 2 if not given. */
  readonly count?: number | undefined;
  /** Greatest width of a band as a share of the axis; 0.2 if not given. */
  readonly limit?: number | undefined;
  /** What stands in a band; 0 if not given. */
  readonly fill?: number | undefined;
}

const maskOptions = object({ count: optional(count, 2), limit: optional(fraction, 0.2), fill: optional(number, 0) });

/** Fills random stretches of time. */
export function timeMask(options: MaskOptions = {}): SignalAugmentation {
  const { count: bandsOfTime, limit, fill } = validateOptions(maskOptions, options, 'timeMask');
  return ({ data, channels, time }, random) =>
    bands(random, bandsOfTime, limit, time, (t) => {
      for (let channel = 0; channel < channels; channel++) data[channel * time + t] = fill;
    });
}

/** Fills random bands of channels, or of a spectrogram's frequencies. */
export function channelMask(options: MaskOptions = {}): SignalAugmentation {
  const { count: bandsOfChannels, limit, fill } = validateOptions(maskOptions, options, 'channelMask');
  return ({ data, channels, time }, random) =>
    bands(random, bandsOfChannels, limit, channels, (channel) => {
      data.fill(fill, channel * time, (channel + 1) * time);
    });
}

export interface SpecAugmentOptions {
  readonly times?: MaskOptions | undefined;
  readonly frequencies?: MaskOptions | undefined;
}

const specAugmentOptions = object({ times: optional(maskOptions), frequencies: optional(maskOptions) });

/**
 * Masks of times and of frequencies on spectrograms [frequencies, time] (Park et al. 2019, without the warping of time, which
 * the paper found to matter least).
 */
export function specAugment(options: SpecAugmentOptions = {}): SignalAugmentation {
  const { times, frequencies } = validateOptions(specAugmentOptions, options, 'specAugment');
  const [maskTimes, maskFrequencies] = [timeMask(times), channelMask(frequencies)];
  return (signal, random) => {
    maskTimes(signal, random.child('times'));
    maskFrequencies(signal, random.child('frequencies'));
  };
}

/** Visits the places of some random bands: widths 0 … limit·extent, anywhere within the axis. */
function bands(
  random: RandomSource,
  howMany: number,
  limit: number,
  extent: number,
  visit: (place: number) => void,
): void {
  for (let band = 0; band < howMany; band++) {
    const width = random.integer(Math.floor(limit * extent) + 1);
    const start = random.integer(extent - width + 1);
    for (let place = start; place < start + width; place++) visit(place);
  }
}
