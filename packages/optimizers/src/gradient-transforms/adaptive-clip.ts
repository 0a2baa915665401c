import { defineGradientTransform, passesFilter, type Tensor } from '@adjoint/core';
import { array, documented, object, optional, positive, string } from '@adjoint/core/options';

/** Bounds the gradient of each unit by the norm of its weights (AGC): for deep networks without normalisation. */
export const adaptiveClip = defineGradientTransform({
  options: object({
    max: documented(optional(positive, 0.01), 'Largest ratio λ of the norms of gradient and weights.'),
    epsilon: documented(optional(positive, 1e-3), 'Least norm of weights, so that those that start at 0 can move.'),
    except: documented(
      optional(array(string), []),
      "Parameters that are left alone, by patterns of names, as 'head/**': the authors leave out the last layer.",
    ),
  }),
  formula: 'gᵢ ← gᵢ·min(1, λ·max(‖wᵢ‖, ε)/‖gᵢ‖), i the units along the first axis',
  source: 'Brock et al. 2021, equation 3',
  create: ({ max, epsilon, except }) => ({
    update: (gradients, { parameters }) => ({
      gradients: gradients.map((gradient, i) => {
        const { name, role, value: w } = parameters[i]!;
        if (except.length > 0 && passesFilter({ name, role }, { names: except })) return gradient;
        const largest = unitNorms(w).maximum(epsilon).mul(max);
        return gradient.mul(largest.div(unitNorms(gradient).maximum(1e-6)).minimum(1));
      }),
    }),
  }),
});

/** Norms along all axes but the first; of a vector, each element is the weight of a unit. */
function unitNorms(x: Tensor): Tensor {
  if (x.rank < 2) return x.abs();
  return x
    .square()
    .sum(
      Array.from({ length: x.rank - 1 }, (_, i) => i + 1),
      true,
    )
    .sqrt();
}
