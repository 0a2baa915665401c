import * as scalar from '../../loops/scalar.js';
import { isBool } from '../../tensor/dtype.js';
import { apply, type Tensor } from '../tensor.js';
import { unaryPrimitive } from './elementwise.js';

export const logicalNotPrimitive = unaryPrimitive({
  name: 'logicalNot',
  formula: 'y = ¬x',
  evaluate: (x) => 1 - x,
  expression: scalar.not,
  accepts: isBool,
});

/** not x, of booleans, element by element. */
export function logicalNot(x: Tensor): Tensor {
  return apply(logicalNotPrimitive, [x], undefined);
}
