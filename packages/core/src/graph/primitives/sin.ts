import { apply, type Tensor } from '../tensor.js';
import { cos } from './cos.js';
import { unaryPrimitive } from './elementwise.js';
import { mul } from './mul.js';

/** y = sin x; x̄ = ȳ·cos x. */
export const sinPrimitive = unaryPrimitive({
  name: 'sin',
  evaluate: Math.sin,
  vjp: (cotangent, x) => mul(cotangent, cos(x)),
});

/** The sine of x radians, element by element. */
export function sin(x: Tensor): Tensor {
  return apply(sinPrimitive, [x], undefined);
}
