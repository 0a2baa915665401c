import { logarithm, type RandomSource } from '@adjoint/core';
import { between, count, number, object, optional, validateOptions } from '@adjoint/core/options';
import { drawBetween, type Augmentation, type Image, type Interpolation } from './augment.js';
import {
  withAutoContrast,
  withBrightness,
  withContrast,
  withEqualization,
  withPosterization,
  withSaturation,
  withSharpness,
  withSolarization,
} from './colour.js';
import { affineFrom } from './geometry.js';
import { warp, type Projection } from './warp.js';

/** One change of a policy, of a strength in [0, 1]; those that may go either way draw a sign. */
interface Change {
  readonly moves: boolean;
  apply(image: Image, strength: number, random: RandomSource, interpolation: Interpolation): Image;
}

/** The widest ranges of changes, as the papers have them. */
interface Ranges {
  readonly degrees: number;
  readonly slant: number;
  /** Of the extent. */
  readonly shift: number;
  readonly factor: number;
  /** Bits that are left. */
  readonly bits: number;
}

const randAugmentRanges: Ranges = { degrees: 30, slant: 0.3, shift: 150 / 331, factor: 0.9, bits: 4 };
const trivialAugmentRanges: Ranges = { degrees: 135, slant: 0.99, shift: 32 / 32, factor: 0.99, bits: 2 };
const augMixRanges: Ranges = { degrees: 30, slant: 0.3, shift: 1 / 3, factor: 0.9, bits: 4 };

const values = (apply: (image: Image, strength: number, random: RandomSource) => Image): Change => ({
  moves: false,
  apply,
});

function signed(strength: number, random: RandomSource): number {
  return random.uniform() < 0.5 ? -strength : strength;
}

/** The fourteen changes that the policies choose from; AugMix leaves out those of colour (the last four). */
function changesOf({ degrees, slant, shift, factor, bits }: Ranges, fill: number): Change[] {
  const moving = (from: (amount: number, image: Image) => Projection): Change => ({
    moves: true,
    apply: (image, strength, random, interpolation) =>
      warp(image, from(signed(strength, random), image), { interpolation, fill }),
  });
  const enhancing = (change: (image: Image, by: number) => Image): Change =>
    values((image, strength, random) => change(image, 1 + signed(strength, random) * factor));
  return [
    values((image) => image),
    values(withAutoContrast),
    values(withEqualization),
    moving((amount) => affineFrom({ angle: amount * degrees })),
    values((image, strength) => withSolarization(image, 1 - strength)),
    values((image, strength) => withPosterization(image, 8 - Math.round(strength * (8 - bits)))),
    moving((amount) => affineFrom({ slant: amount * slant })),
    moving((amount) => affineFrom({ slantDown: amount * slant })),
    moving((amount, { columns }) => affineFrom({ right: amount * shift * columns })),
    moving((amount, { rows }) => affineFrom({ down: amount * shift * rows })),
    enhancing(withSaturation),
    enhancing(withContrast),
    enhancing(withBrightness),
    enhancing(withSharpness),
  ];
}

/** Applies a change to a picture, or to its mask if it moves places; what is drawn is the same for both. */
function applied(change: Change, image: Image, strength: number, random: RandomSource, how: Interpolation): Image {
  return how === 'bilinear' || change.moves ? change.apply(image, strength, random, how) : image;
}

export interface RandAugmentOptions {
  /** Changes of an image; 2 if not given. */
  readonly count?: number | undefined;
  /** Strength, 0 … 30; 9 if not given. */
  readonly magnitude?: number | undefined;
  /** What comes in from outside; ½ if not given. */
  readonly fill?: number | undefined;
}

const randAugmentOptions = object({
  count: optional(count, 2),
  magnitude: optional(between(0, 30), 9),
  fill: optional(number, 0.5),
});

/** Some random changes of one strength, of pictures in [0, 1] (Cubuk et al. 2020). */
export function randAugment(options: RandAugmentOptions = {}): Augmentation {
  const { count: howMany, magnitude, fill } = validateOptions(randAugmentOptions, options, 'randAugment');
  const changes = changesOf(randAugmentRanges, fill);
  return {
    moves: true,
    apply: (image, random, how) =>
      Array.from({ length: howMany }, (_, i) => random.child(String(i))).reduce(
        (current, own) => applied(changes[own.integer(changes.length)]!, current, magnitude / 30, own, how),
        image,
      ),
  };
}

const trivialAugmentOptions = object({ fill: optional(number, 0.5) });

/** One random change of a random strength: nothing to tune (Müller & Hutter 2021, with the wide ranges). */
export function trivialAugment(options: { readonly fill?: number | undefined } = {}): Augmentation {
  const { fill } = validateOptions(trivialAugmentOptions, options, 'trivialAugment');
  const changes = changesOf(trivialAugmentRanges, fill);
  return {
    moves: true,
    apply: (image, random, how) =>
      applied(changes[random.integer(changes.length)]!, image, random.integer(31) / 30, random, how),
  };
}

export interface AugMixOptions {
  /** Greatest strength, up to 10; 3 if not given. */
  readonly severity?: number | undefined;
  /** Chains that are mixed; 3 if not given. */
  readonly width?: number | undefined;
  /** What comes in from outside; ½ if not given. */
  readonly fill?: number | undefined;
}

const augMixOptions = object({
  severity: optional(between(0, 10), 3),
  width: optional(count, 3),
  fill: optional(number, 0.5),
});

/**
 * Mixes some chains of random changes with the image (Hendrycks et al. 2020, algorithm 1). Values are mixtures of several
 * places, which a mask cannot follow, so it is for pictures without masks.
 */
export function augMix(options: AugMixOptions = {}): Augmentation {
  const { severity, width, fill } = validateOptions(augMixOptions, options, 'augMix');
  const changes = changesOf(augMixRanges, fill).slice(1, -4);
  return {
    moves: false,
    apply(image, random, how) {
      // Dirichlet(1, …, 1) by exponential draws, Beta(1, 1) is uniform.
      const draws = Array.from({ length: width }, () => -logarithm(1 - random.uniform()));
      const total = draws.reduce((sum, draw) => sum + draw, 0);
      const mixed = new Float64Array(image.data.length);
      for (const draw of draws) {
        const depth = 1 + random.integer(3);
        let chain = image;
        for (let step = 0; step < depth; step++) {
          const change = changes[random.integer(changes.length)]!;
          chain = change.apply(chain, drawBetween(random, [Math.min(0.1, severity), severity]) / 10, random, how);
        }
        for (let i = 0; i < mixed.length; i++) mixed[i]! += (draw / total) * chain.data[i]!;
      }
      const share = random.uniform();
      return { ...image, data: image.data.map((value, i) => (1 - share) * value + share * mixed[i]!) };
    },
  };
}
