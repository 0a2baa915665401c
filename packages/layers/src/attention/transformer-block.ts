import { defineLayer, type Choice, type Definition, type Tensor } from '@adjoint/core';
import { choice, count, documented, fraction, object, oneOf, optional, type Schema } from '@adjoint/core/options';
import type { Defaulted } from '../defaulted.js';
import { chain } from '../composition/chain.js';
import { attentionOptions } from './multi-head-attention.js';

/** Options of `transformerBlock`, stated, since a type that holds a choice of its own kind refers to itself. */
export interface TransformerBlockOptions {
  readonly heads: number;
  readonly keyValueHeads?: number | undefined;
  readonly causal?: boolean | undefined;
  readonly rotary?: number | undefined;
  readonly bias?: boolean | undefined;
  readonly dropout?: number | undefined;
  readonly initializer?: Choice<'initializer'> | undefined;
  /** Units of the layer between; four times the features if not given. */
  readonly hidden?: number | undefined;
  /** gelu if not given. */
  readonly activation?: Choice<'layer'> | undefined;
  /** layerNorm if not given. */
  readonly normalization?: Choice<'layer'> | undefined;
  /** Before each part (the default), or after each sum, as in the paper. */
  readonly normalize?: 'before' | 'after' | undefined;
}

type Filled = Defaulted<Omit<TransformerBlockOptions, 'keyValueHeads' | 'rotary' | 'hidden'>> &
  Pick<TransformerBlockOptions, 'keyValueHeads' | 'rotary' | 'hidden'>;

/** Attention and a network for each place, each added to its input: [time, features] → [time, features]. */
export const transformerBlock: Definition<'layer', Schema<TransformerBlockOptions, Filled>> = defineLayer({
  options: object({
    ...attentionOptions,
    hidden: documented(optional(count), 'Units of the layer between; four times the features if not given.'),
    activation: documented(optional(choice('layer'), 'gelu'), 'Between the two dense layers.'),
    normalization: documented(optional(choice('layer'), 'layerNorm'), 'layerNorm, rmsNorm or the like.'),
    normalize: documented(
      optional(oneOf('before', 'after'), 'before'),
      'Before each part, which trains without a warm-up, or after each sum, as in the paper.',
    ),
    dropout: documented(
      optional(fraction, 0),
      'Probability of dropout, of the weights of the attention and of what both parts add.',
    ),
  }),
  formula: 'y = z + W₂·f(W₁·norm(z)), z = x + attention(norm(x))',
  source: 'Vaswani et al. 2017, section 3.1; Xiong et al. 2020 for the norm before',
  examples: [
    { options: { heads: 2, hidden: 3 }, inputs: [[2, 4]] },
    { options: { heads: 1, hidden: 2, normalize: 'after', causal: true, dropout: 0.2 }, inputs: [[3, 2]] },
  ],
  create: ({ hidden, activation, normalization, normalize, ...attention }) => ({
    ports: ['x', 'mask'],
    build([input, mask], scope) {
      const { shape } = input;
      const { bias, initializer, dropout } = attention;
      const features = shape.at(-1) ?? 1;
      const norms = ['norm_1', 'norm_2'].map((name) => scope.layer(normalization, [input], name));
      const attend = scope.layer(
        { multiHeadAttention: attention },
        mask ? [input, input, input, mask] : [input],
        'attention',
      );
      const think = chain(
        scope,
        [
          { dense: { units: hidden ?? 4 * features, bias, initializer }, name: 'expand' },
          activation,
          { dense: { units: features, bias, initializer }, name: 'contract' },
        ],
        [input],
      );
      const drops = ['dropout_1', 'dropout_2'].map((name) =>
        scope.layer({ dropout: { rate: dropout } }, [input], name),
      );
      return ([x, allowed], context) => {
        const parts = [
          (z: Tensor) => attend.run(allowed ? [z, z, z, allowed] : [z], context)[0],
          (z: Tensor) => think.run([z], context)[0],
        ];
        return parts.reduce((z, part, i) => {
          const normed = (value: Tensor): Tensor => norms[i]!.run([value], context)[0];
          const added = (value: Tensor): Tensor => (dropout > 0 ? drops[i]!.run([value], context)[0] : value);
          return normalize === 'before' ? z.add(added(part(normed(z)))) : normed(z.add(added(part(z))));
        }, x);
      };
    },
  }),
});
