import { defineLoss, norm, type Tensor } from '@adjoint/core';
import { boolean, documented, number, object, optional, positive, refine } from '@adjoint/core/options';
import { embeddings } from './embeddings.js';

/** Asks an anchor to be nearer to a like example than to an unlike one, by a margin. Targets are not needed. */
export const triplet = defineLoss({
  options: object({
    margin: documented(optional(positive, 1), 'By how much m the distances are to differ.'),
    power: documented(
      optional(
        refine(number, (p) => p >= 1, 'a number ≥ 1'),
        2,
      ),
      'Power p of the norm that measures distances.',
    ),
    swap: documented(
      optional(boolean, false),
      'Whether the unlike example is compared with the nearer one of anchor and like example (Balntas et al. 2016).',
    ),
  }),
  formula: 'L = mean of max(0, ‖a − p‖ − ‖a − n‖ + m)',
  source: 'Schroff et al. 2015, equation 3',
  examples: [
    { outputs: [[3], [3], [3]], targets: [] },
    { options: { power: 3, swap: true }, outputs: [[2], [2], [2]], targets: [] },
  ],
  create: ({ margin, power, swap }) => ({
    terms({ outputs }) {
      const [anchor, like, unlike] = embeddings('triplet', outputs, ['anchor', 'like', 'unlike']);
      // PyTorch's shift: the norm of zeros has no derivative.
      const distance = (a: Tensor, b: Tensor): Tensor => norm(a.sub(b).add(1e-6), power, 1);
      const far = distance(anchor, unlike);
      const apart = swap ? far.minimum(distance(like, unlike)) : far;
      return distance(anchor, like).sub(apart).add(margin).relu();
    },
  }),
});
