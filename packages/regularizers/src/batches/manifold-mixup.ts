import {
  AdjointError,
  defineRegularizer,
  isFloat,
  mapSeveral,
  take,
  varying,
  where,
  type HookContext,
  type Tensor,
} from '@adjoint/core';
import { array, documented, object, optional, positive, string } from '@adjoint/core/options';
import { beta } from './beta.js';
import { probabilitiesOf } from './probabilities.js';

/** Mixes two examples at one place of the model, another in each step: at the inputs, or after one of its hidden layers. */
export const manifoldMixup = defineRegularizer({
  options: object({
    alpha: documented(optional(varying(positive), 1), 'Both parameters of the Beta distribution of λ.'),
    layers: documented(
      optional(array(string)),
      'Names of the hidden layers that may be chosen, besides the inputs; all if not given. Each costs a gathering in every step.',
    ),
  }),
  formula: 'h ← λh + (1 − λ)h[π],  t ← λt + (1 − λ)t[π];  h: the inputs or a hidden layer, each as likely',
  source: 'Verma et al. 2019, section 2',
  create: ({ alpha, layers }) => {
    const placesOf = ({ hiddenLayers }: HookContext): readonly string[] => {
      const unknown = layers?.find((layer) => !hiddenLayers.includes(layer));
      if (unknown !== undefined)
        throw new AdjointError(
          'OPTIONS_INVALID',
          `manifoldMixup: the model has no hidden layer '${unknown}'; it has ${hiddenLayers.join(', ') || 'none'}.`,
        );
      return layers ?? hiddenLayers;
    };
    /** Mixtures at a place: 0 is that of the inputs; undefined is everywhere. */
    const mixer = (context: HookContext, size: number, place?: number): ((x: Tensor) => Tensor) => {
      const lambda = context.scalar('lambda', ({ random, value }) => beta(value(alpha), random));
      const partner = context.input('permutation', { shape: [size], dtype: 'int32' }, ({ random }) =>
        random.permutation(size),
      );
      const count = placesOf(context).length + 1;
      const chosen = context.input('place', { shape: [], dtype: 'int32' }, ({ random }) =>
        Int32Array.of(random.integer(count)),
      );
      const kept = place === undefined ? lambda : where(chosen.equal(place), lambda, 1);
      return (x) => {
        const share = kept.cast(x.dtype);
        return x.mul(share).add(take(x, partner).mul(share.mul(-1).add(1)));
      };
    };
    const floats = (mix: (x: Tensor) => Tensor) => (x: Tensor) => (isFloat(x.dtype) ? mix(x) : x);
    return {
      batch({ inputs, targets, weights }, context) {
        const [size = 0] = inputs[0].shape;
        const mix = mixer(context, size);
        return {
          inputs: inputs.map(floats(mixer(context, size, 0))),
          targets: targets.map((target, at) => mix(probabilitiesOf('manifoldMixup', target, at, context).target)),
          weights: weights && mix(weights),
        };
      },
      hidden(outputs, layer, context) {
        const place = placesOf(context).indexOf(layer) + 1;
        return place === 0 ? outputs : mapSeveral(outputs, floats(mixer(context, outputs[0].shape[0] ?? 0, place)));
      },
    };
  },
});
