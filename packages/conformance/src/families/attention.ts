import { slice, type Tensor } from '@adjoint/core';
import { scaledDotProduct } from '@adjoint/layers';
import * as v from 'valibot';
import { operation, operations } from '../family.js';
import { runLayer } from './run-layer.js';

/** Rows of q, k and v, which PyTorch keeps in one matrix. */
function thirds(x: Tensor): [Tensor, Tensor, Tensor] {
  const rows = (x.shape[0] ?? 0) / 3;
  return [0, 1, 2].map((part) => slice(x, [part * rows], [(part + 1) * rows])) as [Tensor, Tensor, Tensor];
}

export const attention = operations({
  scaledDotProduct: operation({
    attributes: { causal: v.exactOptional(v.boolean()) },
    inputs: ['q', 'k', 'v'],
    build: ({ q, k, v: values }, options) => scaledDotProduct(q, k, values, options),
  }),
  multiHeadSelfAttention: operation({
    attributes: { heads: v.number(), causal: v.exactOptional(v.boolean()) },
    inputs: ['x', 'wIn', 'wOut'],
    optional: ['bIn', 'bOut'],
    build({ x, wIn, bIn, wOut, bOut }, options) {
      const [query, key, value] = thirds(wIn);
      const [queryBias, keyBias, valueBias] = bIn ? thirds(bIn) : [];
      return runLayer('multiHeadAttention', { ...options, bias: bIn !== undefined }, [x], {
        values: {
          'query/weight': query,
          'key/weight': key,
          'value/weight': value,
          'output/weight': wOut,
          'query/bias': queryBias,
          'key/bias': keyBias,
          'value/bias': valueBias,
          'output/bias': bOut,
        },
      }).output;
    },
  }),
  embedding: operation({
    attributes: { paddingIndex: v.exactOptional(v.number()) },
    inputs: ['indices', 'w'],
    build({ indices, w }, options) {
      const [words = 1, features = 1] = w.shape;
      return runLayer('embedding', { words, features, ...options }, [indices], { values: { weight: w } }).output;
    },
  }),
});
