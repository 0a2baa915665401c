import { leafPrimitive } from './leaf.js';

export const inputPrimitive = leafPrimitive('input', 'y = an argument of a traced function');
