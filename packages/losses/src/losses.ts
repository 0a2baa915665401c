// The losses of this package by name. A new one is its file and a line here.
export { crossEntropy } from './cross-entropy.js';
export { meanSquaredError } from './mean-squared-error.js';
