// The metrics of this package by name. A new one is its file and a line here.
export { accuracy } from './accuracy.js';
export { confusionMatrix } from './confusion-matrix.js';
export { f1 } from './f1.js';
