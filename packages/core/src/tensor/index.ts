export * from './dtype.js';
export * from './shape.js';
export * from './host-tensor.js';
export type { Several } from './several.js';
