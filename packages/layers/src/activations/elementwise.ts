import {
  abs,
  clamp,
  defineLayer,
  softplus as softplusOf,
  sub,
  tanh as tanhOf,
  where,
  type Tensor,
} from '@adjoint/core';
import { documented, number, object, oneOf, optional, positive, rate, refine } from '@adjoint/core/options';
import {
  exponentialBelow,
  gelu as geluOf,
  geluByTanh,
  hardSigmoid as hardSigmoidOf,
  seluAlpha,
  seluScale,
  silu as siluOf,
} from './functions.js';
import { pointwise } from './pointwise.js';

// Activations that map each element by one function. Formulas are PyTorch's, whose names they have in our spelling.

const example = { inputs: [[4]] } as const;

/** An activation without options. */
function activation(formula: string, map: (x: Tensor) => Tensor, source?: string) {
  return defineLayer({
    options: object({}),
    formula,
    ...(source !== undefined && { source }),
    examples: [example],
    create: () => pointwise(map),
  });
}

export const relu = activation('y = max(x, 0)', (x) => x.relu());
export const relu6 = activation('y = min(max(x, 0), 6)', (x) => clamp(x, 0, 6), 'Krizhevsky 2010');
export const sigmoid = activation('y = 1/(1 + e⁻ˣ)', (x) => x.sigmoid());
export const logSigmoid = activation('y = ln σ(x)', (x) => softplusOf(x.neg()).neg());
export const hardSigmoid = activation('y = min(max(x/6 + 1/2, 0), 1)', hardSigmoidOf);
export const tanh = activation('y = tanh x', (x) => x.tanh());
export const tanhShrink = activation('y = x − tanh x', (x) => sub(x, tanhOf(x)));
export const softSign = activation('y = x/(1 + |x|)', (x) => x.div(abs(x).add(1)));
export const silu = activation('y = x·σ(x)', siluOf, 'Elfwing et al. 2018; Ramachandran et al. 2017 (swish)');
export const mish = activation('y = x·tanh(ln(1 + eˣ))', (x) => x.mul(softplusOf(x).tanh()), 'Misra 2020');
export const hardSwish = activation(
  'y = x·min(max(x/6 + 1/2, 0), 1)',
  (x) => x.mul(hardSigmoidOf(x)),
  'Howard et al. 2019, section 5.2',
);

/** Keeps mean 0 and variance 1 through dense layers that start with `lecunNormal`. */
export const selu = activation(
  'y = λx for x > 0, λα(eˣ − 1) else; λ ≈ 1.0507, α ≈ 1.6733',
  (x) => exponentialBelow(x, seluAlpha).mul(seluScale),
  'Klambauer et al. 2017, equation 2',
);

export const leakyRelu = defineLayer({
  options: object({ slope: documented(optional(rate, 0.01), 'Slope below zero.') }),
  formula: 'y = x for x > 0, slope·x else',
  source: 'Maas et al. 2013',
  examples: [example],
  create: ({ slope }) => pointwise((x) => where(x.greater(0), x, x.mul(slope))),
});

export const elu = defineLayer({
  options: object({ alpha: documented(optional(positive, 1), 'Minus the limit far below zero.') }),
  formula: 'y = x for x > 0, α(eˣ − 1) else',
  source: 'Clevert et al. 2016, equation 16',
  examples: [example],
  create: ({ alpha }) => pointwise((x) => exponentialBelow(x, alpha)),
});

export const celu = defineLayer({
  options: object({ alpha: documented(optional(positive, 1), 'Minus the limit far below zero.') }),
  formula: 'y = x for x > 0, α(e^(x/α) − 1) else',
  source: 'Barron 2017',
  examples: [{ options: { alpha: 0.7 }, ...example }],
  create: ({ alpha }) => pointwise((x) => exponentialBelow(x, alpha, alpha)),
});

export const gelu = defineLayer({
  options: object({
    approximate: documented(
      optional(oneOf('none', 'tanh'), 'none'),
      'Exact, or by tanh: x/2·(1 + tanh(√(2/π)(x + 0.044715x³))).',
    ),
  }),
  formula: 'y = x·Φ(x)',
  source: 'Hendrycks & Gimpel 2016',
  examples: [example, { options: { approximate: 'tanh' }, ...example }],
  create: ({ approximate }) => pointwise(approximate === 'tanh' ? geluByTanh : geluOf),
});

export const softplus = defineLayer({
  options: object({ beta: documented(optional(positive, 1), 'Sharpness of the bend.') }),
  formula: 'y = ln(1 + e^(βx))/β',
  source: 'Dugas et al. 2001',
  examples: [{ options: { beta: 2 }, ...example }],
  create: ({ beta }) => pointwise((x) => softplusOf(x.mul(beta)).div(beta)),
});

export const softShrink = defineLayer({
  options: object({ lambda: documented(optional(rate, 0.5), 'Half the width of the dead zone.') }),
  formula: 'y = x − λ for x > λ, x + λ for x < −λ, 0 else',
  examples: [example],
  create: ({ lambda }) => pointwise((x) => x.sub(clamp(x, -lambda, lambda))),
});

export const hardShrink = defineLayer({
  options: object({ lambda: documented(optional(rate, 0.5), 'Half the width of the dead zone.') }),
  formula: 'y = x for |x| > λ, 0 else',
  examples: [example],
  create: ({ lambda }) => pointwise((x) => where(abs(x).greater(lambda), x, 0)),
});

export const hardTanh = defineLayer({
  options: refine(
    object({
      min: documented(optional(number, -1), 'Lower bound.'),
      max: documented(optional(number, 1), 'Upper bound, above the lower one.'),
    }),
    ({ min, max }) => min < max,
    'min below max',
  ),
  formula: 'y = min(max(x, min), max)',
  source: 'Collobert 2004',
  examples: [example],
  create: ({ min, max }) => pointwise((x) => clamp(x, min, max)),
});

export const threshold = defineLayer({
  options: object({
    threshold: documented(number, 'What an element must exceed to stay.'),
    value: documented(number, 'What stands for the others.'),
  }),
  formula: 'y = x for x > threshold, value else',
  examples: [{ options: { threshold: 0.3, value: -2 }, ...example }],
  create: ({ threshold: least, value }) => pointwise((x) => where(x.greater(least), x, value)),
});
