import { errorFunction } from '../../math/error-function.js';
import { apply, type Tensor } from '../tensor.js';
import { unaryPrimitive } from './elementwise.js';
import { exp } from './exp.js';
import { mul } from './mul.js';
import { neg } from './neg.js';

export const erfPrimitive = unaryPrimitive({
  name: 'erf',
  formula: 'y = 2/√π·∫₀ˣ exp(−t²) dt; x̄ = ȳ·2/√π·exp(−x²)',
  cost: 8,
  evaluate: errorFunction,
  vjp: (cotangent, x) => mul(cotangent, mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI))),
});

/** The error function, element by element. */
export function erf(x: Tensor): Tensor {
  return apply(erfPrimitive, [x], undefined);
}
