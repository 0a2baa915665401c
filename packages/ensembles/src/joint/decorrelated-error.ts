import { AdjointError, defineLoss, distributionOf, formatShape, sameShape, type Tensor } from '@adjoint/core';
import { documented, fraction, object, oneOf, optional } from '@adjoint/core/options';

/**
 * The squared errors of members that are trained together, less λ of how far they are from their mean. With half of it as the
 * error of a member, its derivative by that member's output is (1 − λ)(yₘ − t) + λ(ȳ − t), as in the paper. With λ = 0 each
 * member is trained for itself, with λ = 1 their mean is trained as one model.
 */
export const decorrelatedError = defineLoss({
  options: object({
    strength: documented(optional(fraction, 0.5), 'λ: how much members are pushed apart.'),
    of: documented(
      optional(oneOf('numbers', 'classes'), 'numbers'),
      'What the outputs are: numbers, or logits, whose probabilities are compared with those of the classes.',
    ),
  }),
  formula: 'L = Σ over outputs m of (yₘ − t)² − λ·(yₘ − ȳ)²',
  source: 'Liu & Yao 1999, section 2',
  examples: [
    { outputs: [[2], [2], [2]], targets: [{ shape: [2], dtype: 'float32' }] },
    { options: { of: 'classes', strength: 1 }, outputs: [[3], [3]] },
  ],
  create: ({ strength, of }) => ({
    targets: of,
    ...(of === 'classes' && { scale: 'logits' as const }),
    terms({ outputs, target }) {
      const [first] = outputs;
      const odd = outputs.find(({ shape }) => !sameShape(shape, first.shape));
      if (odd)
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `decorrelatedError: takes outputs of one shape, not ${formatShape(first.shape)} and ${formatShape(odd.shape)}.`,
        );
      const said = outputs.map((output): Tensor => (of === 'classes' ? output.softmax(1) : output));
      const wanted =
        of === 'classes' && target.dtype === 'int32'
          ? distributionOf(target, first.shape[1] ?? 1, first.dtype)
          : target.cast(first.dtype);
      const mean = said.reduce((sum, output) => sum.add(output)).div(said.length);
      const errors = said
        .map((output) => output.sub(wanted).square().sub(output.sub(mean).square().mul(strength)))
        .reduce((sum, error) => sum.add(error));
      return of === 'classes' ? errors.sum(1) : errors;
    },
  }),
});
