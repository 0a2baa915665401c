import { definePlugin, type Plugin } from '@adjoint/core';
import { conv, conv1d, conv2d, conv3d } from './convolution.js';
import { pooling } from './pooling.js';

/** Convolutions and pooling in any number of dimensions, and under their 1-D, 2-D and 3-D names. */
export const convLayers: Plugin = definePlugin({
  name: '@adjoint/conv-layers',
  version: '0.1.0',
  setup(host) {
    host.define('layer', 'conv', conv);
    host.define('layer', 'conv1d', conv1d);
    host.define('layer', 'conv2d', conv2d);
    host.define('layer', 'conv3d', conv3d);
    host.define('layer', 'maxPool', pooling.maxPool);
    host.define('layer', 'maxPool1d', pooling.maxPool1d);
    host.define('layer', 'maxPool2d', pooling.maxPool2d);
    host.define('layer', 'maxPool3d', pooling.maxPool3d);
    host.define('layer', 'averagePool', pooling.averagePool);
    host.define('layer', 'averagePool1d', pooling.averagePool1d);
    host.define('layer', 'averagePool2d', pooling.averagePool2d);
    host.define('layer', 'averagePool3d', pooling.averagePool3d);
  },
});

export default convLayers;
export { conv, conv1d, conv2d, conv3d, pooling };
