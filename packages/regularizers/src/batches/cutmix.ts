import { defineRegularizer, take, varying, where, type Tensor } from '@adjoint/core';
import { documented, object, optional, positive } from '@adjoint/core/options';
import { beta } from './beta.js';
import { boxAround, inBoxes, planeOf } from './boxes.js';
import { probabilitiesOf } from './probabilities.js';

/** Pastes a box of another image of the batch into each, and mixes targets by the area that is kept. */
export const cutmix = defineRegularizer({
  options: object({
    alpha: documented(optional(varying(positive), 1), 'Both parameters of the Beta distribution of λ.'),
  }),
  formula: 'x ← m·x + (1 − m)·x[π], t ← λt + (1 − λ)t[π], λ the share of m; boxes of √(1 − λ) of each side',
  source: 'Yun et al. 2019, equations 1 and 2',
  create: ({ alpha }) => ({
    batch({ inputs, targets, weights }, context) {
      const [size = 0] = inputs[0].shape;
      const [rows, columns] = planeOf('cutmix', inputs[0].shape);
      const box = context.input('box', { shape: [1, 4], dtype: 'int32' }, ({ random, value }) => {
        const lambda = beta(value(alpha), random);
        return Int32Array.from(cutmixBox(lambda, [random.integer(rows), random.integer(columns)], [rows, columns]));
      });
      const partner = context.input('permutation', { shape: [size], dtype: 'int32' }, ({ random }) =>
        random.permutation(size),
      );
      const isCut = inBoxes(box, rows, columns);
      const mixed = (x: Tensor): Tensor => {
        const cutShare = isCut
          .cast(x.dtype)
          .sum()
          .mul(1 / (rows * columns));
        return x.add(take(x, partner).sub(x).mul(cutShare));
      };
      return {
        inputs: inputs.map((x) => where(isCut, take(x, partner), x)),
        targets: targets.map((target, place) => mixed(probabilitiesOf('cutmix', target, place, context).target)),
        weights: weights && mixed(weights),
      };
    },
  }),
});

/** The box of an image that another one fills: ⌊√(1 − λ)⌋ of each side around a centre. */
export function cutmixBox(
  lambda: number,
  center: readonly [row: number, column: number],
  [rows, columns]: readonly [rows: number, columns: number],
): [top: number, left: number, bottom: number, right: number] {
  const side = Math.sqrt(1 - lambda);
  return boxAround(center, [Math.floor(rows * side), Math.floor(columns * side)], [rows, columns]);
}
