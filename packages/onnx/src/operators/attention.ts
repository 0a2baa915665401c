import {
  cast,
  concatenate,
  iota,
  matmul,
  padWith,
  slice,
  softmax,
  take,
  tile,
  transpose,
  where,
  type Tensor,
} from '@adjoint/core';
import type { Call } from './call.js';
import type { Operators } from './operator.js';

/** Heads of [N, T, heads·size] as [N, heads, T, size]; what has four axes is that already. */
function headsOf(x: Tensor, heads: number): Tensor {
  if (x.rank === 4) return x;
  const [batch = 1, steps = 1, width = 1] = x.shape;
  return transpose(x.reshape([batch, steps, heads, width / heads]), [0, 2, 1, 3]);
}

/** Each head for as many queries as share it. */
function repeated(x: Tensor, times: number): Tensor {
  if (times === 1) return x;
  const [batch = 1, heads = 1, steps = 1, size = 1] = x.shape;
  return tile(x.reshape([batch, heads, 1, steps, size]), [1, 1, times, 1, 1]).reshape([
    batch,
    heads * times,
    steps,
    size,
  ]);
}

/**
 * softmax(Q·Kᵀ·scale + bias)·V, of heads that may share keys and values, after keys and values of before. Rows in which all is
 * masked give zeros.
 */
function attention(call: Call): readonly (Tensor | undefined)[] {
  const [queryHeads, keyHeads] = [call.number('q_num_heads', 1), call.number('kv_num_heads', 1)];
  const q = headsOf(call.x, queryHeads);
  const after = (x: Tensor, before: Tensor | undefined): Tensor => (before ? concatenate([before, x], 2) : x);
  const keys = after(headsOf(call.input(1), keyHeads), call.optional(4));
  const values = after(headsOf(call.input(2), keyHeads), call.optional(5));
  const [batch = 1, heads = 1, steps = 1, size = 1] = q.shape;
  const total = keys.shape[2] ?? 1;
  const times = heads / (keys.shape[1] ?? 1);
  const scale = call.number('scale', 0) || 1 / Math.sqrt(size);
  const scores = matmul(q, repeated(keys, times), { transposeB: true }).mul(scale);
  const cap = call.number('softcap', 0);
  const allowed: Tensor[] = [];
  const place = (axis: number): Tensor => iota([1, 1, axis === 2 ? steps : 1, axis === 3 ? total : 1], axis);
  const lengths = call.optional(6)?.reshape([batch, 1, 1, 1]);
  if (lengths) allowed.push(place(3).less(lengths));
  const offset = lengths ? lengths.sub(steps) : (call.optional(4)?.shape[2] ?? 0);
  if (call.flag('is_causal')) allowed.push(place(3).lessEqual(place(2).add(offset)));
  const [left, right] = [call.number('left_window_size', -1), call.number('right_window_size', -1)];
  const behind = place(2).add(offset).sub(place(3));
  if (left >= 0) allowed.push(behind.lessEqual(left));
  if (right >= 0) allowed.push(behind.greaterEqual(-right));
  const mask = call.optional(3);
  const capped = cap > 0 ? scores.div(cap).tanh().mul(cap) : scores;
  const floats = mask && mask.dtype !== 'bool' ? fittedMask(mask, total, -Infinity) : undefined;
  if (mask?.dtype === 'bool') allowed.push(cast(fittedMask(cast(mask, 'int32'), total, 0), 'bool'));
  const biased = allowed.reduce((all, own) => where(own, all, -Infinity), floats ? capped.add(floats) : capped);
  // The largest of a row is −∞ where all of it is masked.
  const isEmpty = biased.max(-1, true).equal(-Infinity);
  const weights = where(isEmpty, 0, softmax(where(isEmpty, 0, biased), -1));
  const y = matmul(weights, repeated(values, times));
  const joined = call.x.rank === 4 ? y : transpose(y, [0, 2, 1, 3]).reshape([batch, steps, heads * (y.shape[3] ?? 1)]);
  const stages = [scores, capped, biased, weights];
  return [joined, keys, values, stages[call.number('qk_matmul_output_mode', 0)]];
}

/** A mask may end before the keys, which are out of it then. */
function fittedMask(mask: Tensor, total: number, filling: number): Tensor {
  const extent = mask.shape.at(-1) ?? total;
  if (extent === total || extent === 1) return mask;
  const padding = mask.shape.map((_, axis) => [0, axis === mask.rank - 1 ? total - extent : 0] as const);
  return padWith(mask, padding, 'constant', filling);
}

/** Turns pairs of features by angles that grow with the place; pairs lie side by side, or half the width apart. */
function rotaryEmbedding(call: Call): Tensor {
  const heads = call.number('num_heads', 1);
  const x = headsOf(call.x, heads);
  const [batch = 1, count = 1, steps = 1, size = 1] = x.shape;
  const width = call.number('rotary_embedding_dim', 0) || size;
  const positions = call.optional(3);
  const angles = (index: number): Tensor => {
    const given = call.input(index);
    const own = positions ? take(given, positions, 0) : given;
    return own.reshape([batch, 1, steps, width / 2]);
  };
  const [cos, sin] = [angles(1), angles(2)];
  const part = (from: number, to: number, step = 1): Tensor =>
    slice(x, [0, 0, 0, from], [batch, count, steps, to], [1, 1, 1, step]);
  const paired = call.flag('interleaved');
  const [a, b] = paired ? [part(0, width, 2), part(1, width, 2)] : [part(0, width / 2), part(width / 2, width)];
  const [first, second] = [a.mul(cos).sub(b.mul(sin)), a.mul(sin).add(b.mul(cos))];
  const pair = (y: Tensor): Tensor => y.reshape([...y.shape, 1]);
  const turned = paired
    ? concatenate([pair(first), pair(second)], 4).reshape([batch, count, steps, width])
    : concatenate([first, second], 3);
  const whole = width === size ? turned : concatenate([turned, part(width, size)], 3);
  return call.x.rank === 4 ? whole : transpose(whole, [0, 2, 1, 3]).reshape(call.x.shape);
}

export const attentions: Operators = {
  Attention: { apply: attention },
  RotaryEmbedding: { apply: rotaryEmbedding },
};
