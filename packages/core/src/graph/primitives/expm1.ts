import { apply, type Tensor } from '../tensor.js';
import { add } from './add.js';
import { unaryPrimitive } from './elementwise.js';
import { mul } from './mul.js';

export const expm1Primitive = unaryPrimitive({
  name: 'expm1',
  formula: 'y = eˣ − 1; x̄ = ȳ·(y + 1)',
  cost: 8,
  evaluate: Math.expm1,
  vjp: (cotangent, _, y) => mul(cotangent, add(y, 1)),
});

/** eˣ − 1, exact near 0, element by element. */
export function expm1(x: Tensor): Tensor {
  return apply(expm1Primitive, [x], undefined);
}
