export { add, concatenate, multiply } from './joins.js';
export { repeat, type RepeatOptions } from './repeat.js';
export { residual, type ResidualOptions } from './residual.js';
export { timeDistributed, type TimeDistributedOptions } from './time-distributed.js';
export { branches, type BranchesOptions } from './branches.js';
export { squeezeExcitation, type SqueezeExcitationOptions } from './squeeze-excitation.js';
