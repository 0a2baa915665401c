import { hostTensor, type HostTensor, type Tensor } from '@adjoint/core';
import { constant } from '@adjoint/core/primitives';
import { squaredDecomposition, zeroOneDecomposition } from '@adjoint/generalization';
import * as v from 'valibot';
import type { FloatType } from '../compare.js';
import { operation, operations } from '../family.js';

/** Decompositions of what runs have predicted; they are computed on the host, so their figures come back as constants. */
export const biasVariance = operations({
  squared: operation({
    attributes: { noiseVariance: v.number() },
    inputs: ['predictions', 'target'],
    build: async ({ predictions, target }, { noiseVariance: noise }, dtype) =>
      figures(squaredDecomposition(rowsOf(await predictions.read()), (await target.read()).data, { noise }), dtype),
  }),
  zeroOne: operation({
    inputs: ['predictions', 'target'],
    build: async ({ predictions, target }, _, dtype) =>
      figures(zeroOneDecomposition(rowsOf(await predictions.read()), (await target.read()).data), dtype),
  }),
});

function rowsOf({ data, shape: [runs = 0, points = 0] }: HostTensor): ArrayLike<number>[] {
  return Array.from({ length: runs }, (_, run) => data.subarray(run * points, (run + 1) * points));
}

function figures(decomposition: object, dtype: FloatType): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(decomposition).map(([name, value]) => [name, constant(hostTensor(value as number, [], dtype))]),
  );
}
