import * as scalar from '../../loops/scalar.js';
import { apply, type Tensor } from '../tensor.js';
import { div } from './div.js';
import { unaryPrimitive } from './elementwise.js';

export const logPrimitive = unaryPrimitive({
  name: 'log',
  formula: 'y = ln x; x̄ = ȳ/x',
  cost: 8,
  evaluate: Math.log,
  expression: scalar.log,
  vjp: (cotangent, x) => div(cotangent, x),
});

/** The natural logarithm, element by element. */
export function log(x: Tensor): Tensor {
  return apply(logPrimitive, [x], undefined);
}
