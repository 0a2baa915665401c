import { apply, type Tensor } from '../tensor.js';
import { div } from './div.js';
import { unaryPrimitive } from './elementwise.js';

/** y = ln x; x̄ = ȳ/x. */
export const logPrimitive = unaryPrimitive({
  name: 'log',
  evaluate: Math.log,
  vjp: (cotangent, x) => div(cotangent, x),
});

/** The natural logarithm, element by element. */
export function log(x: Tensor): Tensor {
  return apply(logPrimitive, [x], undefined);
}
