export { spatialDropout, stochasticDepth } from './channel-dropout.js';
export { dropConnect, type DropConnectOptions } from './drop-connect.js';
export { dropout } from './dropout.js';
export { alphaDropout, gaussianDropout, gaussianNoise } from './gaussian.js';
