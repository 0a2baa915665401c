import { definePlugin, type Plugin } from '@adjoint/core';
import { earlyStopping } from './early-stopping.js';
import { l2 } from './l2.js';
import { labelSmoothing } from './label-smoothing.js';
import { mixup } from './mixup.js';

/** Penalties, label smoothing, mixup, early stopping. */
export const regularizers: Plugin = definePlugin({
  name: '@adjoint/regularizers',
  version: '0.1.0',
  setup(host) {
    host.define('regularizer', 'l2', l2);
    host.define('regularizer', 'labelSmoothing', labelSmoothing);
    host.define('regularizer', 'mixup', mixup);
    host.define('regularizer', 'earlyStopping', earlyStopping);
  },
});

export default regularizers;
export { earlyStopping, l2, labelSmoothing, mixup };
