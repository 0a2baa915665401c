import * as scalar from '../../loops/scalar.js';
import { apply, type Tensor } from '../tensor.js';
import { unaryPrimitive } from './elementwise.js';
import { mul } from './mul.js';
import { neg } from './neg.js';
import { sin } from './sin.js';

export const cosPrimitive = unaryPrimitive({
  name: 'cos',
  formula: 'y = cos x; x̄ = −ȳ·sin x',
  cost: 8,
  evaluate: Math.cos,
  expression: scalar.cos,
  vjp: (cotangent, x) => neg(mul(cotangent, sin(x))),
});

/** The cosine of x radians, element by element. */
export function cos(x: Tensor): Tensor {
  return apply(cosPrimitive, [x], undefined);
}
