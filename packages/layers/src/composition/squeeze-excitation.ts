import { AdjointError, defineLayer, formatShape, mapSeveral, type Choice, type Definition } from '@adjoint/core';
import { choice, count, documented, object, optional, type Schema } from '@adjoint/core/options';
import { chain } from './chain.js';

/** Options of `squeezeExcitation`, stated, since a type that holds a choice of its own kind refers to itself. */
export interface SqueezeExcitationOptions {
  /** Channels are squeezed to ⌊channels/ratio⌋ numbers, at least one; 16 if not given. */
  readonly ratio?: number | undefined;
  /** To how many numbers instead. */
  readonly units?: number | undefined;
  /** Between the two dense layers; relu if not given. */
  readonly activation?: Choice<'layer'> | undefined;
  /** What makes the weights of the channels; sigmoid if not given. */
  readonly gate?: Choice<'layer'> | undefined;
}

/** The options with defaults filled in. */
interface Filled {
  readonly ratio: number;
  readonly units?: number | undefined;
  readonly activation: Choice<'layer'>;
  readonly gate: Choice<'layer'>;
}

/** Weighs each channel by what the means of all channels tell. */
export const squeezeExcitation: Definition<'layer', Schema<SqueezeExcitationOptions, Filled>> = defineLayer({
  options: object({
    ratio: documented(optional(count, 16), 'Channels are squeezed to ⌊channels/ratio⌋ numbers, at least one.'),
    units: documented(optional(count), 'To how many numbers instead.'),
    activation: documented(optional(choice('layer'), 'relu'), 'Between the two dense layers.'),
    gate: documented(optional(choice('layer'), 'sigmoid'), 'What makes the weights of the channels.'),
  }),
  formula: 'y[c, …] = x[c, …]·σ(W₂·relu(W₁·m + b₁) + b₂)[c], m[c] = mean of x[c, …]',
  source: 'Hu, Shen & Sun 2018, arXiv:1709.01507, equations 2 to 4',
  description: 'Weighs each channel by what the means of all channels tell.',
  examples: [{ options: { units: 2, activation: 'tanh' }, inputs: [[3, 2, 2]] }],
  create: ({ ratio, units, activation, gate }) => ({
    build([{ shape, dtype }], scope) {
      const [channels, ...space] = shape;
      if (channels === undefined || space.length === 0)
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `squeezeExcitation: takes examples [channels, …spatial], not ${formatShape(shape)}.`,
        );
      const squeezed = units ?? Math.max(1, Math.floor(channels / ratio));
      const layers = [
        { dense: { units: squeezed }, name: 'squeeze' },
        activation,
        { dense: { units: channels }, name: 'excite' },
        gate,
      ] as const;
      const weights = chain(scope, layers, [{ shape: [channels], dtype }]);
      const axes = space.map((_, d) => d + 2);
      return ([x], context) => {
        const [weight] = mapSeveral(weights.run([x.mean(axes)], context), (y) =>
          y.reshape([...y.shape, ...space.map(() => 1)]),
        );
        return x.mul(weight);
      };
    },
  }),
});
