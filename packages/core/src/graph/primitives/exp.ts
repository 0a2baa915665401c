import * as scalar from '../../loops/scalar.js';
import { apply, type Tensor } from '../tensor.js';
import { unaryPrimitive } from './elementwise.js';
import { mul } from './mul.js';

export const expPrimitive = unaryPrimitive({
  name: 'exp',
  formula: 'y = eˣ; x̄ = ȳ·y',
  cost: 8,
  evaluate: Math.exp,
  expression: scalar.exp,
  vjp: (cotangent, _, y) => mul(cotangent, y),
});

/** eˣ, element by element. */
export function exp(x: Tensor): Tensor {
  return apply(expPrimitive, [x], undefined);
}
