export { gradients } from './gradients.js';
export { grad, valueAndGrad, type ScalarFunction } from './grad.js';
