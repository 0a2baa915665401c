export { balanced } from './balanced.js';
export { bucketed } from './bucketed.js';
export { weighted } from './weighted.js';
