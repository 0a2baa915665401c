import { definePlugin, type Plugin } from '@adjoint/core';
import { relu, sigmoid, softmax, tanh } from './activations.js';
import { batchNorm } from './batch-norm.js';
import { dense } from './dense.js';
import { dropout } from './dropout.js';
import { flatten } from './flatten.js';
import { add, concatenate } from './joins.js';
import { repeat } from './repeat.js';
import { reshape } from './reshape.js';
import { residual } from './residual.js';
import { timeDistributed } from './time-distributed.js';

/** Dense layers, activations, normalisation, dropout, reshaping, joins, and layers around layers. */
export const layers: Plugin = definePlugin({
  name: '@adjoint/layers',
  version: '0.1.0',
  setup(host) {
    host.define('layer', 'dense', dense);
    host.define('layer', 'flatten', flatten);
    host.define('layer', 'reshape', reshape);
    host.define('layer', 'dropout', dropout);
    host.define('layer', 'batchNorm', batchNorm);
    host.define('layer', 'relu', relu);
    host.define('layer', 'sigmoid', sigmoid);
    host.define('layer', 'tanh', tanh);
    host.define('layer', 'softmax', softmax);
    host.define('layer', 'add', add);
    host.define('layer', 'concatenate', concatenate);
    host.define('layer', 'residual', residual);
    host.define('layer', 'repeat', repeat);
    host.define('layer', 'timeDistributed', timeDistributed);
  },
});

export default layers;
export {
  add,
  batchNorm,
  concatenate,
  dense,
  dropout,
  flatten,
  relu,
  repeat,
  reshape,
  residual,
  sigmoid,
  softmax,
  tanh,
  timeDistributed,
};
