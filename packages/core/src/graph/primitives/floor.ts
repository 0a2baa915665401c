import * as scalar from '../../loops/scalar.js';
import { apply, type Tensor } from '../tensor.js';
import { unaryPrimitive } from './elementwise.js';

export const floorPrimitive = unaryPrimitive({
  name: 'floor',
  formula: 'y = ⌊x⌋; x̄ = 0',
  evaluate: Math.floor,
  expression: scalar.floor,
});

/** The largest whole number ≤ x, element by element. */
export function floor(x: Tensor): Tensor {
  return apply(floorPrimitive, [x], undefined);
}
