import { bernoulli, defineLayer, normal, varying, where, type DType, type Tensor } from '@adjoint/core';
import { between, documented, object, optional, rate as nonNegative } from '@adjoint/core/options';
import { seluAlpha, seluScale } from '../activations/functions.js';

type FloatType = Extract<DType, 'float32' | 'float64'>;

/** Normal numbers like x. */
function noise(x: Tensor, key: Tensor): Tensor {
  return normal(key, x.shape, x.dtype as FloatType);
}

/** A rate below 1: with 1, nothing is left. */
const rateBelowOne = between(0, 0.999_999);

/** While training, adds normal noise. */
export const gaussianNoise = defineLayer({
  options: object({ deviation: documented(optional(varying(nonNegative), 0.1), 'Standard deviation of the noise.') }),
  formula: 'y = x + s·n, n ~ N(0, 1)',
  source: 'Bishop 1995: for small s, a penalty on the slope of the network',
  examples: [{ inputs: [[4]] }],
  create: ({ deviation }) => ({
    build:
      () =>
      ([x], { training, random, value }) =>
        training ? x.add(noise(x, random()).mul(value(deviation))) : x,
  }),
});

/** While training, multiplies by normal noise of mean 1 with the variance that dropout has. */
export const gaussianDropout = defineLayer({
  options: object({
    rate: documented(optional(rateBelowOne, 0.5), 'The dropout whose variance the noise has, below 1.'),
  }),
  formula: 'y = x·(1 + √(rate/(1 − rate))·n), n ~ N(0, 1)',
  source: 'Srivastava et al. 2014, section 10',
  examples: [{ options: { rate: 0.3 }, inputs: [[4]] }],
  create: ({ rate }) => ({
    build:
      () =>
      ([x], { training, random }) =>
        training
          ? x.mul(
              noise(x, random())
                .mul(Math.sqrt(rate / (1 - rate)))
                .add(1),
            )
          : x,
  }),
});

/** −λα of `selu`: its limit far below zero. */
const saturation = -seluScale * seluAlpha;

/** Dropout for `selu`: what is dropped becomes its limit far below zero, and mean 0 and variance 1 stay. */
export const alphaDropout = defineLayer({
  options: object({
    rate: documented(optional(rateBelowOne, 0.5), 'Probability with which an element is dropped, below 1.'),
  }),
  formula: 'y = a·(x·m + α′(1 − m)) + b, m ~ Bernoulli(q), a = (q + α′²q(1 − q))^(−1/2), b = −a·α′(1 − q)',
  source: 'Klambauer et al. 2017, section 3 (new dropout technique)',
  examples: [{ options: { rate: 0.3 }, inputs: [[4]] }],
  create: ({ rate }) => ({
    build:
      () =>
      ([x], { training, random }) => {
        if (!training) return x;
        const kept = 1 - rate;
        const scale = (kept * (1 + saturation ** 2 * rate)) ** -0.5;
        const mixed = where(bernoulli(random(), kept, x.shape), x, saturation);
        return mixed.mul(scale).add(-scale * saturation * rate);
      },
  }),
});
