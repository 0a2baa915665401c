import { leafPrimitive } from './leaf.js';

export const variablePrimitive = leafPrimitive('variable', 'y = the value of a variable when the program starts');
