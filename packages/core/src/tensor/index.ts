export * from './dtype.js';
export * from './shape.js';
export { formatValues } from './format-values.js';
export * from './host-tensor.js';
export { inspectable } from './inspectable.js';
export * from './several.js';
