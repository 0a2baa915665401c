import { apply, type Tensor } from '../tensor.js';
import { unaryPrimitive } from './elementwise.js';
import { mul } from './mul.js';
import { sub } from './sub.js';

export const tanhPrimitive = unaryPrimitive({
  name: 'tanh',
  formula: 'y = tanh x; x̄ = ȳ·(1 − y²)',
  cost: 8,
  evaluate: Math.tanh,
  vjp: (cotangent, _, y) => mul(cotangent, sub(1, mul(y, y))),
});

/** The hyperbolic tangent, element by element. */
export function tanh(x: Tensor): Tensor {
  return apply(tanhPrimitive, [x], undefined);
}
