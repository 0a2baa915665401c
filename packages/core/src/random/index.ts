export { RandomSource, type RandomState } from './random-source.js';
export { threefry2x32 } from './threefry.js';
