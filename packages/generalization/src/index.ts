export { squaredDecomposition, type SquaredDecomposition } from './bias-variance/squared.js';
export { zeroOneDecomposition, type ZeroOneDecomposition } from './bias-variance/zero-one.js';
export * from './splits/index.js';
