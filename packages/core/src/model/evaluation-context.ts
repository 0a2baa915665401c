import { AdjointError } from '../errors.js';
import { literal } from '../graph/primitives/literal.js';
import type { Tensor } from '../graph/tensor.js';
import type { Varying } from './build-context.js';
import type { ForwardContext } from './layer.js';
import type { Parameter, State } from './parameter.js';

const onlyInTraining = (what: string) => (): never => {
  throw new AdjointError('ATTRIBUTE_INVALID', `${what} only while training; test context.training first.`);
};

/** A pass without training: values as they are, options at their base, states left alone, nothing from the host. */
export const evaluationContext: ForwardContext = {
  training: false,
  value: valueOf,
  update() {},
  random: onlyInTraining('random numbers are drawn'),
  input: onlyInTraining('the host computes inputs of layers'),
  scalar: onlyInTraining('the host computes inputs of layers'),
};

/** The present value of a variable, or a constant for an option. */
export function valueOf(of: Parameter | State | Varying): Tensor {
  if (typeof of === 'number') return literal(of);
  return 'variable' in of ? of.variable.value : literal(of.base);
}
