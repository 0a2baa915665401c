import * as scalar from '../../loops/scalar.js';
import { isNumeric } from '../../tensor/dtype.js';
import { isNodeOf } from '../primitive.js';
import { apply, type Tensor } from '../tensor.js';
import { unaryPrimitive } from './elementwise.js';

export const negPrimitive = unaryPrimitive({
  name: 'neg',
  formula: 'y = −x; x̄ = −ȳ',
  evaluate: (x) => -x,
  expression: scalar.neg,
  accepts: isNumeric,
  vjp: (cotangent) => neg(cotangent),
  simplify: (x): Tensor | undefined => (isNodeOf(x, negPrimitive) ? x.inputs[0] : undefined),
});

/** −x, element by element. */
export function neg(x: Tensor): Tensor {
  return apply(negPrimitive, [x], undefined);
}
