import * as scalar from '../../loops/scalar.js';
import { apply, type Tensor } from '../tensor.js';
import { unaryPrimitive } from './elementwise.js';

export const ceilPrimitive = unaryPrimitive({
  name: 'ceil',
  formula: 'y = ⌈x⌉; x̄ = 0',
  evaluate: Math.ceil,
  expression: scalar.ceil,
});

/** The smallest whole number ≥ x, element by element. */
export function ceil(x: Tensor): Tensor {
  return apply(ceilPrimitive, [x], undefined);
}
