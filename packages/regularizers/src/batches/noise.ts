import { defineRegularizer, isFloat, normal, varying, type DType, type Tensor } from '@adjoint/core';
import { documented, object, optional, rate } from '@adjoint/core/options';
import { filterOptions, isMeant } from '../penalties/filter.js';

type FloatType = Extract<DType, 'float32' | 'float64'>;

/** Normal numbers of the shape and dtype of x, times a deviation. */
function noise(x: Tensor, key: Tensor, deviation: Tensor): Tensor {
  return normal(key, x.shape, x.dtype as FloatType).mul(deviation.cast(x.dtype));
}

/** Adds normal noise to the inputs while training. */
export const inputNoise = defineRegularizer({
  options: object({ deviation: documented(optional(varying(rate), 0.1), 'Standard deviation of the noise.') }),
  formula: 'x ← x + s·n, n ~ N(0, 1)',
  source: 'Bishop 1995: for small s, a penalty on the slope of the network',
  create: ({ deviation }) => ({
    batch: ({ inputs, ...batch }, { random, value }) => ({
      ...batch,
      inputs: inputs.map((x, place) =>
        isFloat(x.dtype) ? x.add(noise(x, random(`input ${place}`), value(deviation))) : x,
      ),
    }),
  }),
});

/** Adds normal noise to parameters as the forward pass sees them, new in each step. */
export const weightNoise = defineRegularizer({
  options: object({
    deviation: documented(optional(varying(rate), 0.01), 'Standard deviation of the noise.'),
    ...filterOptions,
  }),
  formula: 'w̃ = w + s·n, n ~ N(0, 1), for the pass alone',
  source: 'Graves 2011, section 3.2, with one deviation for all',
  create: ({ deviation, ...options }) => ({
    parameter: (parameter, { random, value }) =>
      isMeant(parameter, options)
        ? parameter.value.add(noise(parameter.value, random(parameter.name), value(deviation)))
        : parameter.value,
  }),
});
