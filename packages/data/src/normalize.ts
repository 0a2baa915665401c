import {
  AdjointError,
  allocateArray,
  checkDataset,
  formatShape,
  isFloat,
  sizeOf,
  type Dataset,
  type Shape,
} from '@adjoint/core';
import type { TensorTransform } from './transform.js';

/**
 * (x − mean) / deviation, for float inputs. `mean` and `deviation` are one number for all, or one per entry of the first axis of
 * an example (a channel), or one per element.
 * @throws AdjointError `OPTIONS_INVALID` if a deviation is 0 or not finite; on use, `SHAPE_MISMATCH` or `DTYPE_MISMATCH` if an example does not fit
 */
export function normalize(mean: number | readonly number[], deviation: number | readonly number[]): TensorTransform {
  const means = typeof mean === 'number' ? [mean] : mean;
  const deviations = typeof deviation === 'number' ? [deviation] : deviation;
  if (
    ![means, deviations].every((values) => Array.isArray(values) && values.every(Number.isFinite)) ||
    deviations.includes(0)
  ) {
    throw new AdjointError(
      'OPTIONS_INVALID',
      'normalize: every mean must be finite, and every deviation finite and not 0.',
    );
  }
  const run = (shape: Shape, values: readonly number[]): number => {
    const size = sizeOf(shape);
    if (values.length !== 1 && values.length !== shape[0] && values.length !== size) {
      throw new AdjointError(
        'SHAPE_MISMATCH',
        `normalize: ${values.length} statistics do not fit an example of shape ${formatShape(shape)}; give 1, ${shape[0]} or ${size}.`,
      );
    }
    return size / values.length;
  };
  return {
    type(example) {
      if (!isFloat(example.dtype)) {
        throw new AdjointError(
          'DTYPE_MISMATCH',
          `normalize: the input is ${example.dtype}; expected float32 or float64. Give the dataset a float array.`,
        );
      }
      run(example.shape, means);
      run(example.shape, deviations);
      return example;
    },
    apply({ data, shape, dtype }) {
      const example = shape.slice(1);
      const size = sizeOf(example);
      const [meanRun, deviationRun] = [run(example, means), run(example, deviations)];
      const result = allocateArray(dtype, data.length);
      for (let i = 0; i < data.length; i++) {
        const element = i % size;
        result[i] =
          (data[i]! - means[Math.floor(element / meanRun)]!) / deviations[Math.floor(element / deviationRun)]!;
      }
      return { data: result, shape, dtype };
    },
  };
}

/**
 * Fits `normalize` to a dataset with one input: the mean and the standard deviation (over n) of every element of an example.
 * Fit it on the training part and use it on all parts. A constant element is only centred.
 * @throws AdjointError `OPTIONS_INVALID` if the dataset is empty or has several inputs
 */
export async function standardize(train: Dataset): Promise<TensorTransform> {
  checkDataset(train, 'standardize');
  if (train.size === 0 || train.inputs.length !== 1) {
    throw new AdjointError(
      'OPTIONS_INVALID',
      `standardize: expected examples with one input; found ${train.size} examples with ${train.inputs.length}.`,
    );
  }
  // Welford's update (Technometrics 4, 1962): one pass, and no cancellation where the mean is large.
  const size = sizeOf(train.inputs[0]!.shape);
  const means = new Array<number>(size).fill(0);
  const squares = new Array<number>(size).fill(0);
  const chunk = 256;
  for (let start = 0; start < train.size; start += chunk) {
    const count = Math.min(chunk, train.size - start);
    const { inputs } = await train.batch(Int32Array.from({ length: count }, (_, i) => start + i));
    inputs[0]!.data.forEach((value, i) => {
      const element = i % size;
      const difference = value - means[element]!;
      means[element]! += difference / (start + Math.floor(i / size) + 1);
      squares[element]! += difference * (value - means[element]!);
    });
  }
  return normalize(
    means,
    squares.map((sum) => Math.sqrt(sum / train.size) || 1),
  );
}
