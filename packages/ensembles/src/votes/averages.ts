import { AdjointError, concatenate, defineLayer, literal, matmul, stack, where, type Tensor } from '@adjoint/core';
import { anyOf, array, documented, number, object, optional } from '@adjoint/core/options';
import { checkAlike } from './alike.js';
import { alongMembers, shares, weightsOption } from './weights.js';

/** The mean of numbers, as of regressions; of equal shapes. */
export const averageVote = defineLayer({
  options: object({ weights: weightsOption }),
  formula: 'y = Σ over inputs of wₘ·yₘ, Σ wₘ = 1',
  source: 'Breiman 1996, section 1',
  examples: [{ inputs: [[2], [2]] }, { options: { weights: [1, 3] }, inputs: [[2], [2]] }],
  create: ({ weights }) => ({
    build(inputs) {
      checkAlike('averageVote', inputs);
      const own = shares('averageVote', weights, inputs.length);
      return (outputs) => outputs.map((output, i) => output.mul(own[i]!)).reduce((sum, part) => sum.add(part));
    },
  }),
});

/** The median of numbers with weights: the lowest that at least half of the weight does not exceed. */
export const medianVote = defineLayer({
  options: object({ weights: weightsOption }),
  formula: 'y = min over members of yₘ with Σ over n of wₙ·[yₙ ≤ yₘ] ≥ ½, Σ wₙ = 1',
  source: 'Drucker 1997, step 8',
  examples: [{ inputs: [[2], [2], [2]] }, { options: { weights: [1, 2] }, inputs: [[2], [2]] }],
  create: ({ weights }) => ({
    build(inputs) {
      checkAlike('medianVote', inputs);
      const own = shares('medianVote', weights, inputs.length);
      return (outputs) => {
        const all = stack(outputs);
        const factors = alongMembers(own, outputs);
        // Rounding must not keep a weight of just half from counting as half.
        const half = 0.5 - 1e-6;
        const candidates = outputs.map((output): Tensor => {
          const below = all.lessEqual(output.expandDims(0)).cast(output.dtype).mul(factors).sum(0);
          return where(below.greaterEqual(half), output, Infinity);
        });
        return candidates.reduce((least, candidate) => least.minimum(candidate));
      };
    },
  }),
});

/** A sum with factors, after a start: what stages of gradient boosting add up to. */
export const sumVote = defineLayer({
  options: object({
    factors: documented(array(number), 'One for each input.'),
    start: documented(
      optional(anyOf(number, array(number)), 0),
      'What they are added to: a number, or one for each output.',
    ),
  }),
  formula: 'y = start + Σ over inputs of factorₘ·yₘ',
  source: 'Friedman 2001, algorithm 1',
  examples: [{ options: { factors: [0.5, 2], start: [1, -1] }, inputs: [[2], [2]] }],
  create: ({ factors, start }) => ({
    build(inputs) {
      checkAlike('sumVote', inputs);
      if (factors.length !== inputs.length)
        throw new AdjointError(
          'OPTIONS_INVALID',
          `sumVote: there are ${factors.length} factors for ${inputs.length} members; give one for each.`,
        );
      return (outputs) => {
        const sum = outputs.map((output, i) => output.mul(factors[i]!)).reduce((total, part) => total.add(part));
        if (typeof start === 'number') return sum.add(start);
        return sum.add(alongMembers(start, outputs).reshape([start.length]));
      };
    },
  }),
});

/** A linear map of all inputs side by side [batch, features]: a meta-model that was fitted on what members said. */
export const linearVote = defineLayer({
  options: object({
    weight: documented(array(array(number)), 'A row for each output.'),
    bias: documented(array(number), 'One for each output.'),
  }),
  formula: 'y = W·[y₁; y₂; …] + b',
  source: 'Wolpert 1992',
  examples: [
    {
      options: {
        weight: [
          [1, 0, -1, 2],
          [0, 1, 1, 0],
        ],
        bias: [0.5, 0],
      },
      inputs: [[2], [2]],
    },
  ],
  create: ({ weight, bias }) => ({
    build(inputs) {
      const width = inputs.reduce((sum, { shape }) => sum + Number(shape[0]), 0);
      const odd = weight.find((row) => row.length !== width);
      if (odd || weight.length !== bias.length)
        throw new AdjointError(
          'OPTIONS_INVALID',
          `linearVote: the members have ${width} outputs together; give rows of ${width} weights${odd ? `, not of ${odd.length}` : ''}, and a bias for each of ${weight.length} rows.`,
        );
      return (outputs) => {
        const joined = concatenate(outputs, 1);
        const rows = weight.map((row) => stack(row.map((value) => literal(value, joined.dtype))));
        const offsets = stack(bias.map((value) => literal(value, joined.dtype)));
        return matmul(joined, stack(rows), { transposeB: true }).add(offsets);
      };
    },
  }),
});
