import * as scalar from '../../loops/scalar.js';
import { errorFunction } from '../../math/error-function.js';
import { apply, type Tensor } from '../tensor.js';
import { unaryPrimitive } from './elementwise.js';
import { exp } from './exp.js';
import { mul } from './mul.js';
import { neg } from './neg.js';

/** erf(x)/x as a polynomial in x² for |x| ≤ 1: near-minimax through Chebyshev points, relative error 1e-17. */
const near = [
  1.1283791670955126, -0.37612638903183543, 0.11283791670945006, -0.02686617064323777, 0.0052239776071164225,
  -0.0008548325975389692, 0.00012055294904839707, -1.492473690741966e-5, 1.6447424703317362e-6, -1.6208483801871705e-7,
  1.3720064546777686e-8, -7.795898827002142e-10,
];

/** (1 − erf x)·exp(x²) as a polynomial in 1/(x + 2) for 1 ≤ x ≤ 6: likewise, error 3e-17. */
const far = [
  1.2965841302986556e-7, 0.5641795198583508, 1.1287410218432883, 1.9666731458010267, 2.942002658996995,
  1.3493059469349291, 10.649750811070025, -75.31270380198113, 307.4045163965331, -1134.6489834653753, 2937.765363319682,
  -4833.989244655832, 4797.2741217981975, -2450.298800629956, 215.8510489885741, 239.24359154423945,
];

const erfInLoops = scalar.named('erf', (x) => {
  // From 6 on the function is 1, as far as float64 can tell.
  const magnitude = scalar.minimum(scalar.abs(x), 6);
  const square = scalar.mul(magnitude, magnitude);
  const complement = scalar.mul(
    scalar.exp(scalar.neg(square)),
    scalar.polynomial(scalar.div(1, scalar.add(magnitude, 2)), far),
  );
  return scalar.where(
    scalar.less(magnitude, 1),
    scalar.mul(x, scalar.polynomial(square, near)),
    scalar.mul(scalar.sign(x), scalar.sub(1, complement)),
  );
});

export const erfPrimitive = unaryPrimitive({
  name: 'erf',
  formula: 'y = 2/√π·∫₀ˣ exp(−t²) dt; x̄ = ȳ·2/√π·exp(−x²)',
  cost: 8,
  evaluate: errorFunction,
  expression: erfInLoops,
  vjp: (cotangent, x) => mul(cotangent, mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI))),
});

/** The error function, element by element. */
export function erf(x: Tensor): Tensor {
  return apply(erfPrimitive, [x], undefined);
}
