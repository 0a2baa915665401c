import * as scalar from '../../loops/scalar.js';
import { apply, type Tensor } from '../tensor.js';
import { add } from './add.js';
import { div } from './div.js';
import { unaryPrimitive } from './elementwise.js';

/** ln u·x/(u − 1) with u = 1 + x: what rounding does to ln u, it does to u − 1 (Higham 2002, problem 1.5). */
const log1pInLoops = scalar.named('log1p', (x) => {
  const u = scalar.add(x, 1);
  const logarithm = scalar.log(u);
  const near = scalar.where(scalar.equal(u, 1), x, scalar.div(scalar.mul(logarithm, x), scalar.sub(u, 1)));
  return scalar.where(scalar.less(scalar.abs(x), 1), near, logarithm);
});

export const log1pPrimitive = unaryPrimitive({
  name: 'log1p',
  formula: 'y = ln(1 + x); x̄ = ȳ/(1 + x)',
  cost: 8,
  evaluate: Math.log1p,
  expression: log1pInLoops,
  vjp: (cotangent, x) => div(cotangent, add(x, 1)),
});

/** ln(1 + x), exact near 0, element by element. */
export function log1p(x: Tensor): Tensor {
  return apply(log1pPrimitive, [x], undefined);
}
