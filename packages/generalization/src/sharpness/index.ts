export {
  hessianEigenvalues,
  hessianTrace,
  type EigenOptions,
  type HessianEigen,
  type TraceOptions,
} from './hessian.js';
export { linearConnectivity, type ConnectivityOptions, type LinearConnectivity } from './linear-connectivity.js';
export { lossSurface, type LossSurfaceOptions, type ModelSurface } from './loss-surface.js';
export { sharpness, type Sharpness, type SharpnessOptions } from './sharpness.js';
export { filterNormalizedDirection, lossLine, lossPlane, type SliceOptions } from './slices.js';
export type { Surface } from './surface.js';
