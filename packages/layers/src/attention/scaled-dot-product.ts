import { bernoulli, iota, logicalAnd, matmul, where, type Tensor } from '@adjoint/core';

export interface AttentionOptions {
  /** bool, broadcast to [batch, heads, queries, keys]; where it is false, a query does not see a key. */
  readonly mask?: Tensor | undefined;
  /** Whether query i sees the keys 0 … i alone. */
  readonly causal?: boolean;
  /** Drops weights with a probability, by random numbers of a key. */
  readonly dropout?: { readonly rate: number; readonly key: Tensor } | undefined;
}

/**
 * softmax(q·kᵀ/√d)·v over the last two axes: q [batch, …, queries, d], k [batch, …, keys, d], v [batch, …, keys, e]
 * (Vaswani et al. 2017, equation 1). A query that sees no key gives zeros.
 */
export function scaledDotProduct(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  { mask, causal = false, dropout }: AttentionOptions = {},
): Tensor {
  const scale = 1 / Math.sqrt(q.shape.at(-1) ?? 1);
  const scores = matmul(q.mul(scale), k, { transposeB: true });
  const seen = causal ? bothOf(mask, notLater(scores)) : mask;
  // A large number in place of −∞, whose softmax is NaN in a row without any key.
  const weights = seen ? where(seen, where(seen, scores, -1e30).softmax(-1), 0) : scores.softmax(-1);
  if (!dropout) return matmul(weights, v);
  const kept = bernoulli(dropout.key, 1 - dropout.rate, weights.shape);
  return matmul(where(kept, weights.div(1 - dropout.rate), 0), v);
}

/** Whether the key of a column stands not after the query of a row. */
function notLater(scores: Tensor): Tensor {
  const plane = scores.shape.slice(-2);
  return iota(plane, 1).lessEqual(iota(plane, 0));
}

function bothOf(mask: Tensor | undefined, other: Tensor): Tensor {
  return mask ? logicalAnd(mask, other) : other;
}
