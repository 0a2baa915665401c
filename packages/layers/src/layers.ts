// The layers of this package by name. A new one is its file, and a line in the index of its folder.
export * from './activations/index.js';
export * from './composition/index.js';
export { dense } from './dense.js';
export * from './noise/index.js';
export * from './normalization/index.js';
export * from './shapes/index.js';
