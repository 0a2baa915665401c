import { defineLayer, relu, tanh } from '@adjoint/core';
import { documented, object, oneOf, optional } from '@adjoint/core/options';
import { gruCell, lstmCell, simpleCell } from './cells.js';
import { recurrentLayer, recurrentOptions } from './recurrent-layer.js';

const small = { options: { units: 2 }, inputs: [[3, 2]] } as const;
const stackedBothWays = {
  options: { units: 2, layers: 2, bidirectional: true, output: 'last' },
  inputs: [[3, 2]],
} as const;

/** Elman's network: [batch, time, features] → [batch, time, units]. */
export const simpleRnn = defineLayer({
  options: object({
    ...recurrentOptions,
    activation: documented(optional(oneOf('tanh', 'relu'), 'tanh'), 'What bends the sum.'),
  }),
  formula: 'h[t] = tanh(W·x[t] + b + U·h[t − 1] + c)',
  source: 'Elman 1990',
  examples: [small, { options: { units: 2, activation: 'relu', bias: false }, inputs: [[2, 2]] }],
  create: ({ activation, ...options }, context) =>
    recurrentLayer('simpleRnn', simpleCell(activation === 'tanh' ? tanh : relu), options, context),
});

/** Long short-term memory: [batch, time, features] → [batch, time, units], and its states `hidden` and `cell`. */
export const lstm = defineLayer({
  options: object(recurrentOptions),
  formula: 'c[t] = σ(f)·c[t − 1] + σ(i)·tanh g, h[t] = σ(o)·tanh c[t]; [i, f, g, o] = W·x[t] + b + U·h[t − 1] + c',
  source: 'Hochreiter & Schmidhuber 1997; Gers et al. 2000 for the forget gate',
  examples: [
    small,
    stackedBothWays,
    { options: { units: 2 }, inputs: [[3, 2], { shape: [3], dtype: 'bool' }, [2], [2]] },
  ],
  create: (options, context) => recurrentLayer('lstm', lstmCell, options, context),
});

/** Gated recurrent unit: [batch, time, features] → [batch, time, units]. */
export const gru = defineLayer({
  options: object(recurrentOptions),
  formula: 'h[t] = (1 − z)·n + z·h[t − 1], n = tanh(Wₙ·x[t] + bₙ + r·(Uₙ·h[t − 1] + cₙ)), r and z sigmoids',
  source: 'Cho et al. 2014, with the reset gate after the product',
  examples: [small, { ...stackedBothWays, options: { ...stackedBothWays.options, dropout: 0.4 } }],
  create: (options, context) => recurrentLayer('gru', gruCell, options, context),
});
