export { EVENNESS, presentRange, type PresentRange } from './evenness.js';
export { TILE_INPUTS, winogradMatrices, type Matrix, type WinogradMatrices } from './matrices.js';
export { transform2d, type Combine } from './transform.js';
export { winogradOf, type WinogradConvolution } from './winograd-of.js';
export { products, winogradSizes, type WinogradSizes } from './sizes.js';
