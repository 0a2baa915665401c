export { augment, augmentMask, type Augmentation, type Image, type Interpolation } from './augment.js';
export { randomBlur, randomColour, type BlurOptions, type ColourOptions } from './colour.js';
export {
  randomAffine,
  randomCrop,
  randomFlip,
  randomPerspective,
  type AffineOptions,
  type CropOptions,
  type FlipOptions,
  type PerspectiveOptions,
} from './geometry.js';
export { augMix, randAugment, trivialAugment, type AugMixOptions, type RandAugmentOptions } from './policies.js';
export {
  augmentSignal,
  channelMask,
  randomGain,
  specAugment,
  timeMask,
  timeScale,
  timeShift,
  type FactorOptions,
  type MaskOptions,
  type SignalAugmentation,
  type SpecAugmentOptions,
  type TimeShiftOptions,
} from './signals.js';
