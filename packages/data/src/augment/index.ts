export { augment, augmentMask, type Augmentation, type Image, type Interpolation } from './augment.js';
export { randomBlur, randomColour, type ColourOptions } from './colour.js';
export { randomAffine, randomCrop, randomFlip, randomPerspective, type AffineOptions } from './geometry.js';
export { augMix, randAugment, trivialAugment } from './policies.js';
export {
  augmentSignal,
  channelMask,
  randomGain,
  specAugment,
  timeMask,
  timeScale,
  timeShift,
  type MaskOptions,
  type SignalAugmentation,
} from './signals.js';
