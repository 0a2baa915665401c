import { AdjointError, checkDataset, readTargets, type Dataset } from '@adjoint/core';
import { count, validateOptions } from '@adjoint/core/options';

/**
 * How much each class 0 … classes − 1 is to count, so that all together count alike however rare they are:
 * w_c = n / (k·n_c), with n_c examples of class c among n, and k classes that occur. Their mean over the examples is 1. A
 * class without examples has the weight 1.
 * @example { loss: { crossEntropy: { weights: await classWeights(train, 10) } } }
 * @throws AdjointError `DATA_INVALID` if the first targets are not one class number for each example, or one is out of range
 */
export async function classWeights(dataset: Dataset, classes: number): Promise<number[]> {
  checkDataset(dataset, 'classWeights');
  validateOptions(count, classes, 'classWeights: the number of classes');
  const [labels] = await readTargets(dataset);
  if (labels?.shape.length !== 1)
    throw new AdjointError(
      'DATA_INVALID',
      'classWeights: the data have no class number for each example; make the first targets [examples].',
    );
  const counts = new Float64Array(classes);
  for (const label of labels.data) {
    if (!Number.isInteger(label) || label < 0 || label >= classes)
      throw new AdjointError(
        'DATA_INVALID',
        `classWeights: there is a label ${label}; ${classes} classes are numbered 0 … ${classes - 1}.`,
      );
    counts[label]! += 1;
  }
  const occurring = counts.filter((own) => own > 0).length;
  return Array.from(counts, (own) => (own === 0 ? 1 : labels.data.length / (occurring * own)));
}
