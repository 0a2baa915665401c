export { flatten } from './flatten.js';
export { reshape } from './reshape.js';
export { crop, pad } from './margins.js';
export { permute } from './permute.js';
