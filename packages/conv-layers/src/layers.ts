// The layers of this package by name. A new one is its file and a line here.
export { blurPool } from './blur-pool.js';
export { conv, conv1d, conv2d, conv3d } from './convolution.js';
export {
  depthwiseConv,
  depthwiseConv1d,
  depthwiseConv2d,
  depthwiseConv3d,
  separableConv,
  separableConv1d,
  separableConv2d,
  separableConv3d,
} from './depthwise.js';
export {
  adaptiveAveragePool,
  adaptiveAveragePool1d,
  adaptiveAveragePool2d,
  adaptiveAveragePool3d,
  adaptiveMaxPool,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
  globalAveragePool,
  globalMaxPool,
} from './global-pooling.js';
export { locallyConnected, locallyConnected1d, locallyConnected2d, locallyConnected3d } from './locally-connected.js';
export {
  averagePool,
  averagePool1d,
  averagePool2d,
  averagePool3d,
  lpPool,
  lpPool1d,
  lpPool2d,
  lpPool3d,
  maxPool,
  maxPool1d,
  maxPool2d,
  maxPool3d,
} from './pooling.js';
export { fold, pixelShuffle, pixelUnshuffle, unfold } from './rearrange.js';
export { convTranspose, convTranspose1d, convTranspose2d, convTranspose3d } from './transposed.js';
export { maxUnpool, maxUnpool1d, maxUnpool2d, maxUnpool3d } from './unpooling.js';
export { upsample } from './upsample.js';
