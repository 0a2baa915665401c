import { severalOf, type Examples, type HostTensor, type Model } from '@adjoint/core';
import { softmaxOfRows } from '../numbers.js';

/** Logits [examples, classes] as probabilities. */
export function probabilitiesOf(logits: HostTensor): HostTensor {
  const data = softmaxOfRows(logits.data, logits.shape.at(-1) ?? 1);
  return { data, shape: logits.shape, dtype: 'float64' };
}

/**
 * Passes of a model with its dropout and noise on, as while training: samples of what it might be (Gal & Ghahramani 2016,
 * section 3). `uncertainty(draws.map(probabilitiesOf))` says how sure it is.
 * @returns outputs [examples, …] of each pass; the same numbers give the same passes
 */
export async function monteCarlo(
  model: Model,
  examples: Examples,
  { passes = 20, seed = 0 }: { readonly passes?: number; readonly seed?: number } = {},
): Promise<HostTensor[]> {
  const drawn: HostTensor[] = [];
  for (let pass = 0; pass < passes; pass++)
    drawn.push(await model.predict(examples, { draw: seed * 1_000_003 + pass }));
  return [...severalOf(drawn)];
}
