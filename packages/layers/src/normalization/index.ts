export { batchNorm } from './batch-norm.js';
export { groupNorm, instanceNorm } from './group-norm.js';
export { layerNorm, rmsNorm } from './layer-norm.js';
export { spectralNorm, weightNorm, type KernelNormOptions, type SpectralNormOptions } from './weight-norms.js';
