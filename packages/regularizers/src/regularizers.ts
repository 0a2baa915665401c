// The regularizers of this package by name. A new one is its file and a line here.
export { earlyStopping } from './early-stopping.js';
export { l2 } from './l2.js';
export { labelSmoothing } from './label-smoothing.js';
export { mixup } from './mixup.js';
