/** What backends decide alike: recognising contractions, Winograd's sizes, vector axes, keys of programs. */
export { contractionOf, type Contraction, type Factor } from './contraction.js';
export { programKey } from './program-key.js';
export { stepOf, vectorAxisOf, type VectorAxis } from './vector-axis.js';
export * from './winograd/index.js';
