export * from './dtype.js';
export * from './shape.js';
export * from './host-tensor.js';
