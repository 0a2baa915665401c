import { AdjointError, defineLayer, formatShape, type BuiltLayer, type ExampleType, type Tensor } from '@adjoint/core';
import {
  boolean,
  choice,
  count,
  documented,
  fraction,
  object,
  optional,
  positive,
  refine,
} from '@adjoint/core/options';
import { featuresOf } from './features-of.js';
import { rotated } from './rotary.js';
import { scaledDotProduct } from './scaled-dot-product.js';

/** What every layer with attention takes. */
export const attentionOptions = {
  heads: documented(count, 'Number of heads; it divides the features.'),
  keyValueHeads: documented(
    optional(count),
    'Number of heads of keys and values, each shared by a group of heads of the queries; it divides them. The same if not given.',
  ),
  causal: documented(optional(boolean, false), 'Whether a place sees itself and those before it alone.'),
  rotary: documented(
    optional(positive),
    'The base by which queries and keys are turned with their place, such as 10000; not turned if not given.',
  ),
  bias: documented(optional(boolean, true), 'Whether projections add a bias.'),
  dropout: documented(optional(fraction, 0), 'Probability with which a weight of the attention is dropped.'),
  initializer: documented(optional(choice('initializer'), 'glorotUniform'), 'How projections start.'),
};

/**
 * Several heads that each look for what they need: query [time, features], key and value [places, …], and a mask of keys,
 * bool [places], or of pairs, bool [time, places]. Key and value are the query if not given.
 */
export const multiHeadAttention = defineLayer({
  options: refine(
    object(attentionOptions),
    ({ heads, keyValueHeads = heads }) => heads % keyValueHeads === 0,
    'keyValueHeads that divide heads',
  ),
  formula: 'y = [h₁ … hₙ]·Wᵒ, hᵢ = softmax(qᵢ·kᵢᵀ/√d)·vᵢ, qᵢ = q·Wᵢ, kᵢ = k·Wᵢ, vᵢ = v·Wᵢ',
  source: 'Vaswani et al. 2017, section 3.2; Ainslie et al. 2023 for shared keys and values',
  examples: [
    { options: { heads: 2 }, inputs: [[3, 4]] },
    { options: { heads: 2, keyValueHeads: 1, causal: true, rotary: 100, bias: false, dropout: 0.3 }, inputs: [[3, 4]] },
    { options: { heads: 1 }, inputs: [[2, 2], [3, 2], [3, 2], { shape: [3], dtype: 'bool' }] },
  ],
  create: ({ heads, keyValueHeads = heads, causal, rotary, bias, dropout, initializer }) => ({
    ports: ['query', 'key', 'value', 'mask'],
    build([query, key = query, value = key, mask], scope) {
      const [features] = [query, key, value].map((input) => featuresOf('multiHeadAttention', input.shape));
      const size = features! / heads;
      if (!Number.isInteger(size) || (rotary !== undefined && size % 2 !== 0)) {
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `multiHeadAttention: ${heads} heads do not share the ${features} features of ${formatShape(query.shape)}${rotary === undefined ? '' : ' in even numbers, which rotary needs'}; choose a number of heads that does.`,
        );
      }
      checkMask(mask, query, key);
      const project = (name: string, input: ExampleType, own: number): BuiltLayer =>
        scope.layer({ dense: { units: own * size, bias, initializer } }, [input], name);
      const [toQuery, toKey, toValue] = [
        project('query', query, heads),
        project('key', key, keyValueHeads),
        project('value', value, keyValueHeads),
      ];
      const toOutput = project('output', query, heads);
      return ([q, k = q, v = k, allowed], context) => {
        /** [batch, time, n·size] → [batch, groups, n/groups, time, size]; the groups are the heads of keys. */
        const split = (x: Tensor, each: number): Tensor =>
          x.reshape([x.shape[0] ?? 1, x.shape[1] ?? 1, keyValueHeads, each, size]).transpose([0, 2, 3, 1, 4]);
        const turn = (x: Tensor): Tensor => (rotary === undefined ? x : rotated(x, rotary));
        const seen = scaledDotProduct(
          turn(split(toQuery.run([q], context)[0], heads / keyValueHeads)),
          turn(split(toKey.run([k], context)[0], 1)),
          split(toValue.run([v], context)[0], 1),
          {
            causal,
            mask: allowed && spreadMask(allowed),
            ...(context.training && dropout > 0 && { dropout: { rate: dropout, key: context.random() } }),
          },
        );
        const joined = seen.transpose([0, 3, 1, 2, 4]).reshape([q.shape[0] ?? 1, q.shape[1] ?? 1, heads * size]);
        return toOutput.run([joined], context)[0];
      };
    },
  }),
});

function checkMask(mask: ExampleType | undefined, query: ExampleType, key: ExampleType): void {
  if (!mask) return;
  const [wanted, pairs] = [[key.shape[0] ?? 1], [query.shape[0] ?? 1, key.shape[0] ?? 1]].map(formatShape);
  const given = formatShape(mask.shape);
  if (mask.dtype === 'bool' && (given === wanted || given === pairs)) return;
  throw new AdjointError(
    'SHAPE_MISMATCH',
    `multiHeadAttention: the mask is ${mask.dtype} ${given}; it must be bool ${wanted}, of keys, or ${pairs}, of queries and keys.`,
  );
}

/** [batch, keys] or [batch, queries, keys] → [batch, 1, 1, queries or 1, keys]. */
function spreadMask(mask: Tensor): Tensor {
  const [batch = 1, ...rest] = mask.shape;
  return mask.reshape([batch, 1, 1, ...(rest.length === 1 ? [1] : []), ...rest]);
}
