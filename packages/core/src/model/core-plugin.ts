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
  setup(host) {
    host.define('initializer', 'zeros', initializers.zeros);
    host.define('initializer', 'ones', initializers.ones);
    host.define('initializer', 'constant', initializers.constant);
    host.define('initializer', 'uniform', initializers.uniform);
    host.define('initializer', 'normal', initializers.normal);
    host.define('initializer', 'glorotUniform', initializers.glorotUniform);
    host.define('initializer', 'glorotNormal', initializers.glorotNormal);
    host.define('initializer', 'heUniform', initializers.heUniform);
    host.define('initializer', 'heNormal', initializers.heNormal);
    host.define('initializer', 'lecunNormal', initializers.lecunNormal);
    host.define('initializer', 'fanInUniform', initializers.fanInUniform);
    host.define('layer', 'model', modelLayer);
  },
});
