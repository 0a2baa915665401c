import { createApp, type Tensor } from '@adjoint/core';
import { layers } from '@adjoint/layers';
import { applyLayer, choiceOf, type LayerResult, type LayerRun } from '@adjoint/reference-values';

/** Its engine computes nothing: the tensors of a case belong to the engine that is checked. */
const app = createApp({ plugins: [layers], backend: 'reference' });

/** Applies a layer with given values of its parameters and states; those that are undefined are left out. */
export function runLayer(
  name: string,
  options: object,
  inputs: readonly [Tensor, ...Tensor[]],
  { values = {}, ...run }: Omit<LayerRun, 'values'> & { values?: Readonly<Record<string, Tensor | undefined>> } = {},
): LayerResult {
  const given = Object.entries(values).flatMap(([own, value]) => (value ? [[own, value] as const] : []));
  return applyLayer(app, choiceOf(name, options), inputs, { ...run, values: Object.fromEntries(given) });
}
