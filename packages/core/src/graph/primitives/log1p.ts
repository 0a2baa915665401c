import { apply, type Tensor } from '../tensor.js';
import { add } from './add.js';
import { div } from './div.js';
import { unaryPrimitive } from './elementwise.js';

export const log1pPrimitive = unaryPrimitive({
  name: 'log1p',
  formula: 'y = ln(1 + x); x̄ = ȳ/(1 + x)',
  cost: 8,
  evaluate: Math.log1p,
  vjp: (cotangent, x) => div(cotangent, add(x, 1)),
});

/** ln(1 + x), exact near 0, element by element. */
export function log1p(x: Tensor): Tensor {
  return apply(log1pPrimitive, [x], undefined);
}
