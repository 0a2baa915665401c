// The layers of this package by name. A new one is its file and a line here.
export { conv, conv1d, conv2d, conv3d } from './convolution.js';
export {
  averagePool,
  averagePool1d,
  averagePool2d,
  averagePool3d,
  maxPool,
  maxPool1d,
  maxPool2d,
  maxPool3d,
} from './pooling.js';
