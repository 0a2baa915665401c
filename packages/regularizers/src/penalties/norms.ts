import {
  defineRegularizer,
  iota,
  matmul,
  norm,
  sub,
  varying,
  type HookContext,
  type Hooks,
  type ParameterValue,
  type Tensor,
  type Varying,
} from '@adjoint/core';
import { documented, fraction, integer, object, optional, rate } from '@adjoint/core/options';
import { checkMeant, filterOptions, isMeant } from './filter.js';

const strength = documented(optional(varying(rate), 1e-4), 'Factor α.');

/** A sum over the parameters that are meant, times a factor. */
function penaltyOf(
  who: string,
  options: Parameters<typeof isMeant>[1] & { readonly strength: Varying },
  part: (w: Tensor) => Tensor,
): Hooks {
  return {
    penalty({ parameters }, context: HookContext) {
      checkMeant(options, parameters, who);
      const parts = parameters
        .filter((parameter) => isMeant(parameter, options))
        .map(({ value }: ParameterValue) => part(value));
      return parts.reduce((sum, next) => sum.add(next), context.value(0)).mul(context.value(options.strength));
    },
  };
}

/** Half the squared weights: pulls every weight towards 0, the larger the more. */
export const l2 = defineRegularizer({
  options: object({ strength, ...filterOptions }),
  formula: 'L ← L + α/2·Σ w²',
  source: 'Hoerl & Kennard 1970',
  create: (options) => penaltyOf('l2', options, (w) => w.square().sum().mul(0.5)),
});

/** The sum of magnitudes: makes many weights 0. */
export const l1 = defineRegularizer({
  options: object({ strength, ...filterOptions }),
  formula: 'L ← L + α·Σ |w|',
  source: 'Tibshirani 1996',
  create: (options) => penaltyOf('l1', options, (w) => w.abs().sum()),
});

export const elasticNet = defineRegularizer({
  options: object({
    strength,
    l1Ratio: documented(optional(fraction, 0.5), 'Share ρ of the magnitudes; the rest is for half the squares.'),
    ...filterOptions,
  }),
  formula: 'L ← L + α·(ρ·Σ |w| + (1 − ρ)/2·Σ w²)',
  source: 'Zou & Hastie 2005',
  create: ({ l1Ratio, ...options }) =>
    penaltyOf('elasticNet', options, (w) =>
      w
        .abs()
        .sum()
        .mul(l1Ratio)
        .add(
          w
            .square()
            .sum()
            .mul((1 - l1Ratio) / 2),
        ),
    ),
});

/** The lengths of groups of weights: makes whole groups 0, such as all that comes from one input or goes to one output. */
export const groupLasso = defineRegularizer({
  options: object({
    strength,
    axis: documented(optional(integer, 0), 'Axis whose places are the groups: 0 are outputs, 1 inputs of a kernel.'),
    ...filterOptions,
  }),
  formula: 'L ← L + α·√(size of a group)·Σ ‖group‖₂',
  source: 'Yuan & Lin 2006, equation 2.1',
  create: ({ axis, ...options }) =>
    penaltyOf('groupLasso', options, (w) => {
      const groups = w.shape.at(axis) ?? 1;
      return norm(w, 2, otherAxes(w, axis))
        .sum()
        .mul(Math.sqrt(w.size / groups));
    }),
});

/** The distance of w·wᵀ (or wᵀ·w, where w is tall) from the unit matrix, w being [outputs, all else]. */
export const orthogonality = defineRegularizer({
  options: object({ strength, ...filterOptions }),
  formula: 'L ← L + α·‖w·wᵀ − I‖²',
  source: 'Brock et al. 2017, equation 3, in the squared form of Bansal et al. 2018, equation 1',
  create: (options) =>
    penaltyOf('orthogonality', options, (w) => {
      const rows = w.shape[0] ?? 1;
      const matrix = w.reshape([rows, -1]);
      const isTall = rows > (matrix.shape[1] ?? 1);
      const gram = matmul(matrix, matrix, { transposeA: isTall, transposeB: !isTall });
      const diagonal = iota(gram.shape, 0).equal(iota(gram.shape, 1));
      return sub(gram, diagonal.cast(gram.dtype)).square().sum();
    }),
});

/** All axes but one. */
export function otherAxes({ shape }: Tensor, axis: number): number[] {
  const own = axis < 0 ? axis + shape.length : axis;
  return shape.flatMap((_, d) => (d === own ? [] : [d]));
}
