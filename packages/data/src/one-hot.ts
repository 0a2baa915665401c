import { AdjointError } from '@adjoint/core';
import { count, validateOptions } from '@adjoint/core/options';
import type { TensorTransform } from './transform.js';

/**
 * Integer labels 0 … classes − 1 of shape `[…]` become float32 vectors `[…, classes]` with a 1 at the label.
 * @throws AdjointError `DTYPE_MISMATCH` if the labels are not int32; on use, `DATA_INVALID` for a label out of range
 */
export function oneHot(classes: number): TensorTransform {
  validateOptions(count, classes, 'oneHot: the number of classes');
  return {
    type(example) {
      if (example.dtype !== 'int32') {
        throw new AdjointError('DTYPE_MISMATCH', `oneHot: the labels are ${example.dtype}; expected int32.`);
      }
      return { shape: [...example.shape, classes], dtype: 'float32' };
    },
    apply({ data, shape }) {
      const result = new Float32Array(data.length * classes);
      data.forEach((label, i) => {
        if (label < 0 || label >= classes) {
          throw new AdjointError(
            'DATA_INVALID',
            `oneHot: example ${i} of the batch has the label ${label}; ${classes} classes are numbered 0 … ${classes - 1}.`,
          );
        }
        result[i * classes + label] = 1;
      });
      return { data: result, shape: [...shape, classes], dtype: 'float32' };
    },
  };
}
