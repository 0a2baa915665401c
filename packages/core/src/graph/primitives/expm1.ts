import * as scalar from '../../loops/scalar.js';
import { apply, type Tensor } from '../tensor.js';
import { add } from './add.js';
import { unaryPrimitive } from './elementwise.js';
import { mul } from './mul.js';

/** (u − 1)·x/ln u with u = eˣ: what rounding does to u − 1, it does to ln u (Higham 2002, section 1.14.1). */
export const expm1InLoops = scalar.named('expm1', (x) => {
  const u = scalar.exp(x);
  const difference = scalar.sub(u, 1);
  const near = scalar.where(scalar.equal(u, 1), x, scalar.div(scalar.mul(difference, x), scalar.log(u)));
  return scalar.where(scalar.less(scalar.abs(x), 1), near, difference);
});

export const expm1Primitive = unaryPrimitive({
  name: 'expm1',
  formula: 'y = eˣ − 1; x̄ = ȳ·(y + 1)',
  cost: 8,
  evaluate: Math.expm1,
  expression: expm1InLoops,
  vjp: (cotangent, _, y) => mul(cotangent, add(y, 1)),
});

/** eˣ − 1, exact near 0, element by element. */
export function expm1(x: Tensor): Tensor {
  return apply(expm1Primitive, [x], undefined);
}
