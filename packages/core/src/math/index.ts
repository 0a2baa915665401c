export { errorFunction } from './error-function.js';
export { cosineOfTurns, logarithm, power, wholePower } from './portable-math.js';
