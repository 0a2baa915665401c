export { hostMath } from './host-math.js';
export { MathLibrary } from './math-library.js';
