import { defineLoss, logSumExp, type Tensor } from '@adjoint/core';
import { boolean, documented, object, optional, positive } from '@adjoint/core/options';
import { dot, embeddings, scaled } from './embeddings.js';

/** Rows of length 1. */
function unit(x: Tensor): Tensor {
  const rows = scaled(x);
  return rows.div(dot(rows, rows).add(1e-12).sqrt().expandDims(1));
}

/**
 * Asks each a to find its b among those of the whole batch, and each b its a: the n − 1 others are what it is not. Targets
 * are not needed.
 */
export const infoNce = defineLoss({
  options: object({
    temperature: documented(optional(positive, 0.07), 'What similarities are divided by.'),
    symmetric: documented(optional(boolean, true), 'Whether b is to find a, too.'),
    normalize: documented(optional(boolean, true), 'Whether similarity is the cosine, and not the product.'),
  }),
  formula: 'L = −mean over i of ln(exp(s_ii/τ)/Σ_j exp(s_ij/τ)), s_ij = cos(a_i, b_j)',
  source: 'van den Oord et al. 2018, equation 4; symmetric: Radford et al. 2021, figure 3',
  examples: [
    { outputs: [[3], [3]], targets: [], except: ['independence'] },
    {
      options: { symmetric: false, normalize: false, temperature: 1 },
      outputs: [[3], [3]],
      targets: [],
      except: ['independence'],
    },
  ],
  create: ({ temperature, symmetric, normalize }) => ({
    terms({ outputs }) {
      const [a, b] = embeddings('infoNce', outputs, ['a', 'b']);
      const [left, right] = normalize ? [unit(a), unit(b)] : [a, b];
      const similarities = left.matmul(right, { transposeB: true }).div(temperature);
      const own = dot(left, right).div(temperature);
      const found = (axis: number): Tensor => logSumExp(similarities, axis).sub(own);
      return symmetric ? found(1).add(found(0)).mul(0.5) : found(1);
    },
  }),
});
