// The gradient transforms of this package by name. A new one is its file and a line here.
export { clipGlobalNorm } from './gradient-transforms/clip-global-norm.js';
