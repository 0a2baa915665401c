// The losses of this package by name. A new one is its file and a line here.
export { decorrelatedError } from './joint/decorrelated-error.js';
