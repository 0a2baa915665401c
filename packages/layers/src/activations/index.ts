export * from './elementwise.js';
export { glu, swiglu } from './gated.js';
export { prelu, rrelu } from './prelu.js';
export { logSoftmax, softmax, softmin } from './softmax.js';
