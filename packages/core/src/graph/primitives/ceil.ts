import { apply, type Tensor } from '../tensor.js';
import { unaryPrimitive } from './elementwise.js';

/** The least whole number ≥ x; its gradient is 0. */
export const ceilPrimitive = unaryPrimitive({
  name: 'ceil',
  evaluate: Math.ceil,
});

/** The least whole number ≥ x, element by element. */
export function ceil(x: Tensor): Tensor {
  return apply(ceilPrimitive, [x], undefined);
}
