export { errorFunction } from './error-function.js';
export { cosineOfTurns, logarithm, wholePower } from './portable-math.js';
