import * as scalar from '../../loops/scalar.js';
import { apply, type Tensor } from '../tensor.js';
import { unaryPrimitive } from './elementwise.js';
import { expm1InLoops } from './expm1.js';
import { mul } from './mul.js';
import { sub } from './sub.js';

/** −u/(u + 2) with u = exp(−2|x|) − 1, and the sign of x. */
const tanhInLoops = scalar.named('tanh', (x) => {
  const u = expm1InLoops(scalar.mul(scalar.abs(x), -2));
  return scalar.mul(scalar.sign(x), scalar.div(scalar.neg(u), scalar.add(u, 2)));
});

export const tanhPrimitive = unaryPrimitive({
  name: 'tanh',
  formula: 'y = tanh x; x̄ = ȳ·(1 − y²)',
  cost: 8,
  evaluate: Math.tanh,
  expression: tanhInLoops,
  vjp: (cotangent, _, y) => mul(cotangent, sub(1, mul(y, y))),
});

/** The hyperbolic tangent, element by element. */
export function tanh(x: Tensor): Tensor {
  return apply(tanhPrimitive, [x], undefined);
}
