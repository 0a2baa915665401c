import { apply, type Tensor } from '../tensor.js';
import { div } from './div.js';
import { unaryPrimitive } from './elementwise.js';
import { mul } from './mul.js';

/** y = √x; x̄ = ȳ/(2y). */
export const sqrtPrimitive = unaryPrimitive({
  name: 'sqrt',
  evaluate: Math.sqrt,
  vjp: (cotangent, _, y) => div(mul(cotangent, 0.5), y),
});

/** √x, element by element. */
export function sqrt(x: Tensor): Tensor {
  return apply(sqrtPrimitive, [x], undefined);
}
