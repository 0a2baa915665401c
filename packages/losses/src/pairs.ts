import { defineLoss, where, type Tensor } from '@adjoint/core';
import { between, documented, object, optional, positive } from '@adjoint/core/options';
import { dot, embeddings, likePairs, scaled } from './embeddings.js';
import { complement } from './binary-scores.js';

const pair = { outputs: [[3], [3]], targets: [{ shape: [], dtype: 'int32' }] } as const;

/** Turns embeddings of like pairs (targets 1) to one direction, and of unlike ones (−1 or 0) away from each other. */
export const cosineEmbedding = defineLoss({
  options: object({ margin: documented(optional(between(-1, 1), 0), 'Cosine that unlike pairs may have.') }),
  formula: 'L = mean of 1 − cos(a, b) if t = 1, else max(0, cos(a, b) − m)',
  examples: [pair],
  create: ({ margin }) => ({
    terms({ outputs, target }) {
      const [a, b] = embeddings('cosineEmbedding', outputs, ['a', 'b']).map(scaled) as [Tensor, Tensor];
      const like = likePairs('cosineEmbedding', target, a);
      const lengths = dot(a, a).add(1e-12).mul(dot(b, b).add(1e-12)).sqrt();
      const cosine = dot(a, b).div(lengths);
      return where(like, complement(cosine), cosine.sub(margin).relu());
    },
  }),
});

/** Draws embeddings of like pairs (targets 1) together, and pushes unlike ones (0) apart, as far as the margin. */
export const contrastive = defineLoss({
  options: object({
    margin: documented(optional(positive, 1), 'Distance m beyond which unlike pairs are left alone.'),
  }),
  formula: 'L = mean of ½·t·d² + ½·(1 − t)·max(0, m − d)², d = ‖a − b‖',
  source: 'Hadsell et al. 2006, equation 4',
  examples: [pair],
  create: ({ margin }) => ({
    terms({ outputs, target }) {
      const [a, b] = embeddings('contrastive', outputs, ['a', 'b']);
      const like = likePairs('contrastive', target, a);
      const squared = dot(a.sub(b), a.sub(b));
      // √ has no derivative at 0.
      const missing = squared.maximum(1e-12).sqrt().neg().add(margin).relu();
      return where(like, squared, missing.square()).mul(0.5);
    },
  }),
});
