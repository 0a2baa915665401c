import { definePlugin, type Plugin } from '@adjoint/core';
import { accuracy } from './accuracy.js';
import { confusionMatrix } from './confusion-matrix.js';
import { f1 } from './f1.js';

/** What is reported. */
export const metrics: Plugin = definePlugin({
  name: '@adjoint/metrics',
  version: '0.1.0',
  setup(host) {
    host.define('metric', 'accuracy', accuracy);
    host.define('metric', 'f1', f1);
    host.define('metric', 'confusionMatrix', confusionMatrix);
  },
});

export default metrics;
export { accuracy, confusionMatrix, f1 };
