export { flatten } from './flatten.js';
export { reshape } from './reshape.js';
