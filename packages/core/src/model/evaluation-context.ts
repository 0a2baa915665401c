import { AdjointError } from '../errors.js';
import { literal } from '../graph/primitives/literal.js';
import type { ForwardContext } from './layer.js';

/** A pass without training: values as they are, options at their base, states left alone, nothing from the host. */
export function evaluationContext(dtype: 'float32' | 'float64'): ForwardContext {
  return {
    training: false,
    value(of) {
      if (typeof of === 'number') return literal(of, dtype);
      return 'variable' in of ? of.variable.value : literal(of.base, dtype);
    },
    update() {},
    random: onlyInTraining('random numbers are drawn'),
    input: onlyInTraining('the host computes inputs of layers'),
    scalar: onlyInTraining('the host computes inputs of layers'),
  };
}

function onlyInTraining(what: string): () => never {
  return () => {
    throw new AdjointError('ATTRIBUTE_INVALID', `${what} only while training; test context.training first.`);
  };
}
