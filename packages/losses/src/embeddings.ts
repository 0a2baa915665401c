import { AdjointError, formatShape, sameShape, type Several, type Tensor } from '@adjoint/core';

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

/** Targets with one number for each pair, in the outputs' dtype: [batch]. */
export function pairLabels(who: string, target: Tensor, { shape: [batch = 0], dtype }: Tensor): Tensor {
  if (target.size === batch && target.shape[0] === batch) return target.reshape([batch]).cast(dtype);
  throw new AdjointError(
    'SHAPE_MISMATCH',
    `${who}: the targets ${formatShape(target.shape)} are not one number for each of ${batch} pairs; give ${formatShape([batch])}.`,
  );
}

/** The product of two vectors of each row: [batch, features] twice → [batch]. */
export function dot(a: Tensor, b: Tensor): Tensor {
  return a.mul(b).sum(1);
}
