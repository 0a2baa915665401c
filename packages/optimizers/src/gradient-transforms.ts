// The gradient transforms of this package by name. A new one is its file and a line here.
export { adaptiveClip } from './gradient-transforms/adaptive-clip.js';
export { centralize } from './gradient-transforms/centralize.js';
export { clipGlobalNorm } from './gradient-transforms/clip-global-norm.js';
export { clipNorm } from './gradient-transforms/clip-norm.js';
export { clipValue } from './gradient-transforms/clip-value.js';
export { gradientNoise } from './gradient-transforms/gradient-noise.js';
export { gradientNorm } from './gradient-transforms/gradient-norm.js';
