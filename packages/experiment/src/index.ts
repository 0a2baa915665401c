export { experiment, type Experiment, type Findings, type Published, type Setting } from './experiment.js';
