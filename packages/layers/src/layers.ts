// The layers of this package by name. A new one is its file and a line here.
export { relu, sigmoid, softmax, tanh } from './activations.js';
export { batchNorm } from './batch-norm.js';
export { dense } from './dense.js';
export { dropout } from './dropout.js';
export { flatten } from './flatten.js';
export { add, concatenate } from './joins.js';
export { repeat, type RepeatOptions } from './repeat.js';
export { reshape } from './reshape.js';
export { residual, type ResidualOptions } from './residual.js';
export { timeDistributed, type TimeDistributedOptions } from './time-distributed.js';
