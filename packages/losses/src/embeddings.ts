import { AdjointError, formatShape, sameShape, stopGradient, where, type Several, type Tensor } from '@adjoint/core';

/**
 * The first outputs of a model as embeddings [batch, features].
 * @throws AdjointError `SHAPE_MISMATCH` unless there are so many of one shape
 */
export function embeddings<const N extends readonly string[]>(
  who: string,
  outputs: Several<Tensor>,
  names: N,
): { readonly [I in keyof N]: Tensor } {
  const [{ shape }] = outputs;
  if (outputs.length !== names.length || outputs.some((output) => output.rank < 2 || !sameShape(output.shape, shape)))
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `${who}: takes ${names.length} outputs of one shape [batch, …] (${names.join(', ')}), but the model has ${outputs.map((output) => formatShape(output.shape)).join(', ')}; give each its own input and use one layer for all.`,
    );
  return outputs.map((output) => output.reshape([shape[0] ?? 0, -1])) as never;
}

/** Whether each pair is a like one: [batch]. */
export function likePairs(who: string, target: Tensor, { shape: [batch = 0] }: Tensor): Tensor {
  if (target.size === batch && target.shape[0] === batch) return target.reshape([batch]).cast('float32').greater(0);
  throw new AdjointError(
    'SHAPE_MISMATCH',
    `${who}: the targets ${formatShape(target.shape)} are not one number for each of ${batch} pairs; give ${formatShape([batch])}.`,
  );
}

/** Rows scaled to a largest element of 1, so that their squares neither overflow nor vanish. Zeros stay zeros. */
export function scaled(rows: Tensor): Tensor {
  const largest = stopGradient(rows.abs().max(1, true));
  return rows.div(where(largest.greater(0), largest, 1));
}

/** The product of two vectors of each row: [batch, features] twice → [batch]. */
export function dot(a: Tensor, b: Tensor): Tensor {
  return a.mul(b).sum(1);
}
