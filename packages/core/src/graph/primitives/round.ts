import * as scalar from '../../loops/scalar.js';
import { apply, type Tensor } from '../tensor.js';
import { unaryPrimitive } from './elementwise.js';

/** Half to even, as IEEE 754 rounds. */
export const roundPrimitive = unaryPrimitive({
  name: 'round',
  formula: 'y = x to the nearest whole number, halves to the even one; x̄ = 0',
  evaluate: roundHalfToEven,
  expression: scalar.round,
});

function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

/** The nearest whole number, halves to the even one, element by element. */
export function round(x: Tensor): Tensor {
  return apply(roundPrimitive, [x], undefined);
}
