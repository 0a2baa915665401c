// The layers of this package by name. A new one is its file, and a line here or in the index of its folder.
export * from './activations/index.js';
export * from './attention/index.js';
export { bilinear } from './bilinear.js';
export * from './composition/index.js';
export { dense } from './dense.js';
export { embedding, embeddingBag } from './embedding.js';
export * from './noise/index.js';
export * from './normalization/index.js';
export * from './recurrent/index.js';
export * from './shapes/index.js';
