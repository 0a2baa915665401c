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

/** Where to find a name that is not in use unless its plugin is, by kind and name. */
export const packageOfName: Readonly<Record<string, string>> = {
  'backend native': '@adjoint/backend-native',
  'backend wasm': '@adjoint/backend-wasm',
  'logger jsonl': '@adjoint/loggers/node',
  'logger csv': '@adjoint/loggers/node',
  'logger progress': '@adjoint/loggers/node',
  'logger run': '@adjoint/loggers/node',
  'logger tensorboard': '@adjoint/loggers/node',
  'logger dashboard': '@adjoint/dashboard',
  'runner workers': '@adjoint/runner-workers',
  'runner bullmq': '@adjoint/runner-bullmq',
  'runner cart': '@adjoint/trees',
  'layer onnx': '@adjoint/onnx',
  'layer tree': '@adjoint/trees',
  'dataset digits': '@adjoint/data/node',
  'dataset fashionMnist': '@adjoint/data/node',
  'dataset idx': '@adjoint/data/node',
  'dataset csv': '@adjoint/data/node',
  'dataset jsonLines': '@adjoint/data/node',
};
