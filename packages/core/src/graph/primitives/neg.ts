import { isNumeric } from '../../tensor/dtype.js';
import { apply, type Tensor } from '../tensor.js';
import { unaryPrimitive } from './elementwise.js';

/** y = −x. */
export const negPrimitive = unaryPrimitive({
  name: 'neg',
  evaluate: (x) => -x,
  accepts: isNumeric,
  vjp: (cotangent) => neg(cotangent),
  simplify: (x) => (x.primitive === negPrimitive ? x.inputs[0] : undefined),
});

/** −x, element by element. */
export function neg(x: Tensor): Tensor {
  return apply(negPrimitive, [x], undefined);
}
