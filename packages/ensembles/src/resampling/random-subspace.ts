import {
  AdjointError,
  defineEnsemble,
  defineLayer,
  formatShape,
  hostTensor,
  take,
  type Choice,
  type Composition,
} from '@adjoint/core';
import { constant } from '@adjoint/core/primitives';
import { array, count, documented, fraction, natural, object, optional, refine } from '@adjoint/core/options';
import { combineLayer, combineOption } from '../combine.js';

/** Some features of examples [features], in their order. */
export const selectFeatures = defineLayer({
  options: object({
    features: documented(array(natural), 'Numbers of the features.'),
  }),
  formula: 'y = x[features]',
  examples: [{ options: { features: [2, 0] }, inputs: [[3]] }],
  create: ({ features }) => ({
    build([{ shape }]) {
      const [size] = shape;
      if (shape.length !== 1 || size === undefined || features.some((feature) => feature >= size))
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `selectFeatures: takes examples [features] with features ${features.join(', ')}, not ${formatShape(shape)}.`,
        );
      const wanted = Int32Array.from(features);
      return ([x]) => take(x, constant(hostTensor(wanted)), 1);
    },
  }),
});

/** Members that each see a random part of the features alone. */
export const randomSubspace = defineEnsemble({
  options: object({
    members: documented(optional(count, 10), 'Number of members.'),
    share: documented(
      optional(
        refine(fraction, (value) => value > 0, 'above 0'),
        0.5,
      ),
      'Features that a member sees, as a share of all.',
    ),
    combine: combineOption,
  }),
  formula: 'y = combine(y₁, y₂, …), yₘ of a random part of the features',
  source: 'Ho 1998',
  create: ({ members: wanted, share, combine }, context) => ({
    async fit({ base, random, trainAll }) {
      const layer = combineLayer('randomSubspace', combine, base, context);
      const [input] = base.composition.inputs;
      const [features] = input.shape;
      if (base.composition.inputs.length !== 1 || input.shape.length !== 1 || typeof features !== 'number')
        throw new AdjointError(
          'OPTIONS_INVALID',
          'randomSubspace: takes models with one input of a fixed number of features.',
        );
      const kept = Math.max(1, Math.round(share * features));
      const trained = await trainAll(
        Array.from({ length: wanted }, (_, member) => {
          const chosen = random.child(`member ${member}`).permutation(features).slice(0, kept).toSorted();
          return { composition: narrowed(base.composition, [...chosen]) };
        }),
      );
      return { members: trained, combine: layer };
    },
  }),
});

/** The composition on some features of its input. */
function narrowed(whole: Composition, features: number[]): Composition {
  const [input] = whole.inputs;
  const name = 'features';
  const renamed = (source: string): string => (source === input.name ? name : source);
  return {
    ...whole,
    layers: [
      { name, layer: { selectFeatures: { features } } as Choice<'layer'>, inputs: [input.name] },
      ...whole.layers.map((layer) => {
        const [first, ...others] = layer.inputs;
        return { ...layer, inputs: [renamed(first), ...others.map(renamed)] as const };
      }),
    ],
  };
}
