/** Where the built-in plugins of a kind come from, for the error of someone who has registered none. */
export const packageOfKind: Readonly<Record<string, string>> = {
  layer: '@adjoint/layers',
  initializer: '@adjoint/core',
  optimizer: '@adjoint/optimizers',
  gradientTransform: '@adjoint/optimizers',
  schedule: '@adjoint/optimizers',
  regularizer: '@adjoint/regularizers',
  loss: '@adjoint/losses',
  metric: '@adjoint/metrics',
  ensemble: '@adjoint/ensembles',
  dataset: '@adjoint/data',
  logger: '@adjoint/loggers',
  runner: '@adjoint/core',
  sampler: '@adjoint/data',
  backend: '@adjoint/backend-wasm',
};
