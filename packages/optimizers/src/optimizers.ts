// The optimizers of this package by name. A new one is its file and a line here.
export { adam } from './optimizers/adam.js';
export { momentum } from './optimizers/momentum.js';
export { sam, type SamOptions } from './optimizers/sam.js';
export { sgd } from './optimizers/sgd.js';
