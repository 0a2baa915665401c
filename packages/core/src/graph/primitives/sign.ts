import * as scalar from '../../loops/scalar.js';
import { isNumeric } from '../../tensor/dtype.js';
import { apply, type Tensor } from '../tensor.js';
import { unaryPrimitive } from './elementwise.js';

export const signPrimitive = unaryPrimitive({
  name: 'sign',
  formula: 'y = −1, 0 or 1; x̄ = 0',
  evaluate: Math.sign,
  expression: scalar.sign,
  accepts: isNumeric,
});

/** The sign of x: −1, 0 or 1, element by element. */
export function sign(x: Tensor): Tensor {
  return apply(signPrimitive, [x], undefined);
}
