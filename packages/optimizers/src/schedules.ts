// The schedules of this package by name. A new one is its file and a line here.
export { constant } from './schedules/constant.js';
export { cosine } from './schedules/cosine.js';
export { cosineRestarts } from './schedules/cosine-restarts.js';
export { cyclic } from './schedules/cyclic.js';
export { exponential } from './schedules/exponential.js';
export { inverseSquareRoot } from './schedules/inverse-square-root.js';
export { linear } from './schedules/linear.js';
export { multiStep } from './schedules/multi-step.js';
export { oneCycle } from './schedules/one-cycle.js';
export { polynomial } from './schedules/polynomial.js';
export { rangeTest } from './schedules/range-test.js';
export { reduceOnPlateau } from './schedules/reduce-on-plateau.js';
export { sequence, type SequenceOptions } from './schedules/sequence.js';
export { step } from './schedules/step.js';
export { warmup, type WarmupOptions } from './schedules/warmup.js';
