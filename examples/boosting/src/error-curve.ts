import { readTargets, type Dataset, type Ensemble } from '@adjoint/core';
import { staged } from '@adjoint/ensembles';
import { errorRate } from '@adjoint/experiment';

/** The share of the examples that the first member has wrong, the first two together, and so on. */
export async function errorCurve(ensemble: Ensemble, data: Dataset): Promise<number[]> {
  const [labels] = await readTargets(data);
  const errors: number[] = [];
  for await (const scores of staged(ensemble, data)) errors.push(errorRate(scores, labels!.data));
  return errors;
}
