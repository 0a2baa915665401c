import * as scalar from '../../loops/scalar.js';
import { isNumeric } from '../../tensor/dtype.js';
import { apply, type Tensor } from '../tensor.js';
import { unaryPrimitive } from './elementwise.js';
import { mul } from './mul.js';
import { sign } from './sign.js';

export const absPrimitive = unaryPrimitive({
  name: 'abs',
  formula: 'y = |x|; x̄ = ȳ·sign x',
  evaluate: Math.abs,
  expression: scalar.abs,
  accepts: isNumeric,
  vjp: (cotangent, x) => mul(cotangent, sign(x)),
});

/** |x|, element by element. */
export function abs(x: Tensor): Tensor {
  return apply(absPrimitive, [x], undefined);
}
