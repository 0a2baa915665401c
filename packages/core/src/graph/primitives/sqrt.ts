import * as scalar from '../../loops/scalar.js';
import { apply, type Tensor } from '../tensor.js';
import { div } from './div.js';
import { unaryPrimitive } from './elementwise.js';
import { mul } from './mul.js';

export const sqrtPrimitive = unaryPrimitive({
  name: 'sqrt',
  formula: 'y = √x; x̄ = ȳ/(2y)',
  cost: 8,
  evaluate: Math.sqrt,
  expression: scalar.sqrt,
  vjp: (cotangent, _, y) => div(mul(cotangent, 0.5), y),
});

/** √x, element by element. */
export function sqrt(x: Tensor): Tensor {
  return apply(sqrtPrimitive, [x], undefined);
}
