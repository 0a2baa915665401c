import { AdjointError } from '../../errors.js';
import type { DType } from '../../tensor/dtype.js';

/** The error of a primitive whose input has a dtype that it does not take. */
export function wrongDtype(name: string, dtype: DType): AdjointError {
  return new AdjointError('DTYPE_MISMATCH', `${name}: ${dtype} is not accepted; convert the input with cast().`);
}
