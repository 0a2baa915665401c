// Averages of the weights by name: regularizers that decide what is evaluated.
export { ema } from './averages/ema.js';
export { swa } from './averages/swa.js';
