import { defineLoss, distributionOf, type Tensor } from '@adjoint/core';
import { boolean, documented, object, optional, rate } from '@adjoint/core/options';
import { classScale } from './logarithms.js';

/**
 * One minus the overlap of predicted and true regions, for each example and class of maps [batch, classes, …places] (of
 * [batch, n] for each example), so that small regions count as much as large ones.
 */
export const dice = defineLoss({
  options: object({
    exclusive: documented(
      optional(boolean, false),
      'Whether classes exclude each other: a softmax over them, and class numbers as targets. Else a sigmoid for each, and targets of the same shape.',
    ),
    scale: classScale,
    smooth: documented(optional(rate, 1), 'Added above and below the line, so that empty regions overlap.'),
  }),
  formula: 'L = mean over examples and classes of 1 − (2·Σ p·t + s)/(Σ p + Σ t + s)',
  source: 'Milletari et al. 2016, section 3',
  examples: [{ outputs: [[2, 3]] }, { options: { exclusive: true }, outputs: [[2, 3]] }],
  create: ({ exclusive, scale, smooth }) => ({
    targets: exclusive ? 'classes' : 'probabilities',
    scale,
    terms({ output, target }) {
      const [, classes = 1] = output.shape;
      const p = scale === 'probabilities' ? output : scale === 'logits' ? squash(output, exclusive) : output.exp();
      const t = target.dtype === 'int32' ? distributionOf(target, classes, output.dtype) : target;
      const places = output.shape.map((_, axis) => axis).slice(output.rank > 2 ? 2 : 1);
      const overlap = p.mul(t).sum(places).mul(2).add(smooth);
      return overlap
        .div(p.sum(places).add(t.sum(places)).add(smooth))
        .neg()
        .add(1);
    },
  }),
});

function squash(logits: Tensor, exclusive: boolean): Tensor {
  return exclusive ? logits.softmax(1) : logits.sigmoid();
}
