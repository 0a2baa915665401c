import { apply, type Tensor } from '../tensor.js';
import { unaryPrimitive } from './elementwise.js';

/** The greatest whole number ≤ x; its gradient is 0. */
export const floorPrimitive = unaryPrimitive({
  name: 'floor',
  evaluate: Math.floor,
});

/** The greatest whole number ≤ x, element by element. */
export function floor(x: Tensor): Tensor {
  return apply(floorPrimitive, [x], undefined);
}
