import { definePlugin, type Plugin } from '@adjoint/core';
import { adam } from './adam.js';
import { clipGlobalNorm } from './clip-global-norm.js';
import { cosine } from './cosine.js';
import { momentum } from './momentum.js';
import { sam, type SamOptions } from './sam.js';
import { sgd } from './sgd.js';

/** Optimizers, gradient transforms and learning-rate schedules. */
export const optimizers: Plugin = definePlugin({
  name: '@adjoint/optimizers',
  version: '0.1.0',
  setup(host) {
    host.define('optimizer', 'sgd', sgd);
    host.define('optimizer', 'momentum', momentum);
    host.define('optimizer', 'adam', adam);
    host.define('optimizer', 'sam', sam);
    host.define('gradientTransform', 'clipGlobalNorm', clipGlobalNorm);
    host.define('schedule', 'cosine', cosine);
  },
});

export default optimizers;
export { adam, clipGlobalNorm, cosine, momentum, sam, sgd, type SamOptions };
