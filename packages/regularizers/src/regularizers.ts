// The regularizers of this package by name. A new one is its file and a line here.
export { cutmix } from './batches/cutmix.js';
export { cutout, randomErasing } from './batches/erasing.js';
export { labelSmoothing } from './batches/label-smoothing.js';
export { manifoldMixup } from './batches/manifold-mixup.js';
export { mixup } from './batches/mixup.js';
export { inputNoise, weightNoise } from './batches/noise.js';
export { maxNorm, nonNegative, unitNorm } from './constraints/constraints.js';
export { earlyStopping } from './early-stopping.js';
export { fitMonitor } from './fit-monitor.js';
export { adversarial } from './penalties/adversarial.js';
export { elasticNet, groupLasso, l1, l2, orthogonality } from './penalties/norms.js';
