// The layers of this package by name. A new one is its file and a line here.
export { relu, relu6, sigmoid, silu, softmax, tanh } from './activations.js';
export { batchNorm } from './batch-norm.js';
export { dense } from './dense.js';
export { dropout } from './dropout.js';
export { flatten } from './flatten.js';
export { add, concatenate, multiply } from './joins.js';
export { pad } from './pad.js';
export { repeat, type RepeatOptions } from './repeat.js';
export { reshape } from './reshape.js';
export { residual, type ResidualOptions } from './residual.js';
export { squeezeExcitation, type SqueezeExcitationOptions } from './squeeze-excitation.js';
export { stochasticDepth } from './stochastic-depth.js';
export { timeDistributed, type TimeDistributedOptions } from './time-distributed.js';
