import { CORE_VERSION } from '../registry/core-copy.js';
import { definePlugin } from '../registry/plugin.js';
import { initializers } from './initializers.js';
import { modelLayer } from './model-layer.js';

/**
 * What core itself brings: initializers, which every package of layers needs and may depend on no other package for, and
 * models as layers.
 */
export const corePlugin = definePlugin({
  name: '@adjoint/core',
  version: CORE_VERSION,
  initializer: initializers,
  layer: { model: modelLayer },
});
