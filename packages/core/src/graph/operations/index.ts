export * from './activation.js';
export * from './convolve.js';
export * from './elementary.js';
export * from './matmul.js';
export * from './pool.js';
export * from './random.js';
export * from './shape.js';
export * from './statistics.js';
