// The optimizers of this package by name. A new one is its file and a line here.
export { adam } from './adam.js';
export { momentum } from './momentum.js';
export { sam, type SamOptions } from './sam.js';
export { sgd } from './sgd.js';
