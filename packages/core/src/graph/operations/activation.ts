import { checkFlag, checkTensors } from '../operand.js';
import { add } from '../primitives/add.js';
import { div } from '../primitives/div.js';
import { exp } from '../primitives/exp.js';
import { greater } from '../primitives/greater.js';
import { log } from '../primitives/log.js';
import { log1p } from '../primitives/log1p.js';
import { isFloat } from '../../tensor/dtype.js';
import { max } from '../primitives/max.js';
import { maximum } from '../primitives/maximum.js';
import { mul } from '../primitives/mul.js';
import { neg } from '../primitives/neg.js';
import { squeeze } from './shape.js';
import { sub } from '../primitives/sub.js';
import { spread, sum } from '../primitives/sum.js';
import { where } from '../primitives/where.js';
import { stopGradient, withVjp } from '../primitives/with-vjp.js';
import { wrongDtype } from '../primitives/wrong-dtype.js';
import { equal } from '../primitives/equal.js';
import { abs } from '../primitives/abs.js';
import { normalizeAxes } from '../../tensor/shape.js';
import { ofScale } from '../scale.js';
import type { Tensor } from '../tensor.js';

/** max(x, 0); NaN is passed on. The gradient at 0 is 0. It is taken from the output, so that x need not be kept. */
export function relu(x: Tensor): Tensor {
  checkTensors('relu', x);
  return withVjp(
    'relu',
    [x],
    () => maximum(x, 0),
    (cotangent, _, y) => [where(greater(y, 0), cotangent, 0)],
  );
}

/** σ(x) = 1/(1 + e⁻ˣ), with the derivative σ(1 − σ), which never overflows. */
export function sigmoid(x: Tensor): Tensor {
  checkTensors('sigmoid', x);
  const probabilities = withVjp(
    'sigmoid',
    [x],
    () => div(1, add(1, exp(neg(x)))),
    (cotangent, _, y) => [mul(cotangent, mul(y, sub(1, y)))],
  );
  return ofScale(probabilities, 'probabilities');
}

/** ln(1 + eˣ), without overflow; its derivative is σ(x). */
export function softplus(x: Tensor): Tensor {
  checkTensors('softplus', x);
  return withVjp(
    'softplus',
    [x],
    () => add(maximum(x, 0), log1p(exp(neg(abs(x))))),
    (cotangent, [of]) => [mul(cotangent, sigmoid(of!))],
  );
}

/** eˣ normalised to a sum of 1 over `axis` (the last if not given). */
export function softmax(x: Tensor, axis = -1): Tensor {
  checkTensors('softmax', x);
  const powers = exp(sub(x, stopGradient(max(x, axis, true))));
  return ofScale(div(powers, sum(powers, axis, true)), 'probabilities');
}

/** The logarithm of softmax, without cancellation. */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  checkTensors('logSoftmax', x);
  const shifted = sub(x, stopGradient(max(x, axis, true)));
  return ofScale(sub(shifted, log(sum(exp(shifted), axis, true))), 'logProbabilities');
}

/**
 * ln Σ eˣ over `axes` (all if not given), without overflow. The gradient is eˣ divided by the sum; where all elements are −∞,
 * or one is ∞, it is NaN for those elements, as in PyTorch.
 */
export function logSumExp(x: Tensor, axes?: number | readonly number[], keepDims = false): Tensor {
  checkTensors('logSumExp', x);
  checkFlag('logSumExp', 'keepDims', keepDims);
  if (!isFloat(x.dtype)) throw wrongDtype('logSumExp', x.dtype);
  const resolved = normalizeAxes(axes, x.rank, 'logSumExp');
  if (resolved.length === 0) return x;
  const largest = max(x, resolved, true);
  // An infinite maximum would give ∞ − ∞; it is then the result itself.
  const shift = where(equal(abs(largest), Infinity), 0, largest);
  return withVjp(
    'logSumExp',
    [x],
    () => {
      const result = add(log(sum(exp(sub(x, shift)), resolved, true)), shift);
      return keepDims ? result : squeeze(result, resolved);
    },
    (cotangent, _, y) => {
      const over = { axes: resolved, keepDims };
      return [mul(spread(cotangent, x, over), exp(sub(x, spread(y, x, over))))];
    },
  );
}
