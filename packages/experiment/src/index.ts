export { errorRate } from './error-rate.js';
export { experiment, type Experiment, type Findings, type Published, type Setting } from './experiment.js';
export { experimentProgram } from './experiment-program.js';
export { firstOf, imagesOf } from './images.js';
