import { isNumeric } from '../../tensor/dtype.js';
import { apply, type Tensor } from '../tensor.js';
import { unaryPrimitive } from './elementwise.js';

/** y = −1, 0 or 1. */
export const signPrimitive = unaryPrimitive({
  name: 'sign',
  evaluate: Math.sign,
  accepts: isNumeric,
});

/** The sign of x: −1, 0 or 1, element by element. */
export function sign(x: Tensor): Tensor {
  return apply(signPrimitive, [x], undefined);
}
